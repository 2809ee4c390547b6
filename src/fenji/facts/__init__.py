"""Facts: the contract, the store, the readers that fill it."""

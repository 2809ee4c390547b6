"""What is measured: fenji, and what it is measured against."""

"""What people read: the workbook and the page of a run, the regulation as a document, the judgement workbook."""

"""Files read in: sheets of firms in xlsx, xls or csv."""

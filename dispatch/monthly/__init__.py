"""The report of a month for the city council: figures, tables, PDF and XLSX, in Indonesian."""

"""考勤导入: a month of the register, filled in as a workbook, looked through before it is written."""

"""名册导入: a county's teams, units, people and pairings in from one workbook, looked through first, then all or nothing."""

"""Files of others, as they come: calls, customers, answers and reviews from CSV and workbooks.

files      keeps the file until the import has ended
archives   those that are damaged in any way become a sentence
opening    what it is; workbooks and archives become plain text beside it
tables     reads its rows, from any point, a portion at a time
cells      reads a cell: dates, times, durations, yes and no
looking    what only the whole file tells: how many rows, day or month first, which ids come twice
guessing   which column is meant by which heading
mapping    the columns and options as chosen; rows read with them
kinds      what may be imported; the apps on the right register theirs
work       a pass over the rows, trying out or taking in, a portion a commit
"""

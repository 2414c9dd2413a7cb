package dev.pathline.engine.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the top of a CSV file says of its columns.
 *
 * @param names of the columns; empty if the file has none
 * @param labelColumn the column of labels from 0, or -1 for none
 * @param isBefore whether the first record is a sample: there are no names, or they are in a remark before it
 * @param notes what is strange but possible, each a sentence
 */
record CsvHeader(List<String> names, int labelColumn, boolean isBefore, List<String> notes) {

    /**
     * Reads the top.
     *
     * @param first the first record
     * @param remark the last remark before it, or null
     * @throws DataException if there is no such column of labels, a column has no name, or the names are numbers
     */
    static CsvHeader of(Path file, CsvFile.Format format, CsvRecords.Line first, CsvRecords.@Nullable Line remark) {
        if (!format.header()) {
            return new CsvHeader(List.of(), labelColumn(file, format, first.line(), List.of(), first.cells().size()),
                    true, List.of());
        }
        List<String> cells = first.cells();
        List<String> commented = remark == null ? List.of() : cells(remark, format.separator());
        boolean before = commented.size() == cells.size() && areNumbers(cells, format, commented);
        List<String> names = before ? commented : cells;
        long line = before && remark != null ? remark.line() : first.line();
        int labelColumn = labelColumn(file, format, line, names, names.size());
        boolean strange = !before && areNumbers(cells, format, cells);
        if (strange && !areWholeAndApart(cells)) {
            throw new DataException(file + ":" + line + " has the numbers " + shortened(cells)
                    + " where header: true promises the columns' names; if it is a sample, say header: false");
        }
        int unnamed = IntStream.range(0, names.size()).filter(i -> names.get(i).isEmpty() && i != labelColumn)
                .findFirst().orElse(-1);
        if (unnamed >= 0) {
            throw new DataException(file + ":" + line + " has no name for column " + (unnamed + 1)
                    + unnamed(unnamed, names.size()));
        }
        return new CsvHeader(names, labelColumn, before, strange
                ? List.of("the first line of " + file + ", " + shortened(cells) + ", is taken for the columns' names:"
                        + " if it is a sample, say header: false in a specification's section data")
                : List.of());
    }

    private static int labelColumn(Path file, CsvFile.Format format, long line, List<String> names, int columns) {
        String wanted = format.labels();
        if (wanted.isEmpty()) {
            return -1;
        }
        int column = names.indexOf(wanted);
        if (column >= 0 && column != names.lastIndexOf(wanted)) {
            throw new DataException(file + ":" + line + " has more than one column '" + wanted
                    + "' for labels: give its number, from 1");
        }
        if (column < 0 && wanted.matches("[1-9]\\d{0,8}")) {
            column = Integer.parseInt(wanted) - 1;
        }
        if (column < 0 || column >= columns) {
            throw new DataException(file + ":" + line + " has no column '" + wanted + "' for labels; "
                    + (format.header() ? "its columns are " + names : "it has " + columns + ", numbered from 1"));
        }
        if (columns == 1) {
            throw new DataException(file + ":" + line + " has no column but the labels'");
        }
        return column;
    }

    /** How a column without a name comes to be: it depends on where it is. */
    private static String unnamed(int column, int columns) {
        if (column == 0) {
            return ", as pandas writes the index of its rows: write the file without it, by to_csv(file, index=False), or"
                    + " give the column a name if it is a dimension";
        }
        return column == columns - 1
                ? ": it ends with a separator; write the lines without one at their ends, or give the column a name"
                : ": give it one";
    }

    private static List<String> cells(CsvRecords.Line remark, char separator) {
        return Arrays.stream(remark.cells().getFirst().split(Pattern.quote(String.valueOf(separator)), -1))
                .map(String::strip).map(cell -> cell.replaceAll("^\"(.*)\"$", "$1")).toList();
    }

    /** Whether all cells but that of the label are numbers. */
    private static boolean areNumbers(List<String> cells, CsvFile.Format format, List<String> names) {
        int label = names.indexOf(format.labels());
        int byNumber = label < 0 && format.labels().matches("[1-9]\\d{0,8}")
                ? Integer.parseInt(format.labels()) - 1
                : label;
        return IntStream.range(0, cells.size()).filter(i -> i != byNumber)
                .allMatch(i -> StrictNumbers.matches(cells.get(i)) || StrictNumbers.notFinite(cells.get(i)));
    }

    /** Whether names that are numbers may be names all the same, such as years, or pandas' 0, 1, 2 ... */
    private static boolean areWholeAndApart(List<String> cells) {
        return new HashSet<>(cells).size() == cells.size()
                && cells.stream().allMatch(cell -> !StrictNumbers.matches(cell)
                        || cell.matches("\\d+"));
    }

    private static String shortened(List<String> cells) {
        return String.join(", ", cells.subList(0, Math.min(4, cells.size()))) + (cells.size() > 4 ? " ..." : "");
    }
}

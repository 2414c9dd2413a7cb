package dev.pathline.engine.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Vectors as text: one record a sample, one column a number, perhaps a first record of names and a column of labels. Lines
 * that are empty or begin with {@code #} are skipped. The numbers are kept in memory.
 */
public final class CsvFile {

    private final Path file;
    private final Format format;
    private final List<float[]> rows = new ArrayList<>();
    private final CsvLabels labels;
    private final List<String> notes = new ArrayList<>();
    private CsvRecords.@Nullable Line remark;
    private List<String> names = List.of();
    private int columns = -1;
    /** From 0, or -1 for none. */
    private int labelColumn = -1;

    private CsvFile(Path file, Format format, List<String> classes) {
        this.file = file;
        this.format = format;
        this.labels = new CsvLabels(classes);
    }

    /**
     * How a file is written.
     *
     * @param separator what is between two numbers
     * @param header whether the first line has the columns' names; {@code numpy.savetxt} writes it behind a {@code #}
     * @param labels the column of labels: its name, or its number from 1; empty for none
     */
    public record Format(char separator, boolean header, String labels) {}

    /**
     * Reads samples.
     *
     * @param classes the classes' names: labels are either all of these, or all indices from 0
     * @param range which numbers become -1 and 1; null for numbers as they are
     * @throws DataException if a line is not like the others, a number is none, a label no class, a column has no name
     *         where others have, or numbers stand where names should; the message names the file and the line
     */
    public static Dataset read(Path file, Format format, List<String> classes, @Nullable ValueRange range) {
        var reader = new CsvFile(file, format, classes);
        CsvRecords.read(file, format.separator(), reader::take);
        if (reader.rows.isEmpty()) {
            throw new DataException(file + " has no samples");
        }
        return reader.dataset(range);
    }

    /**
     * Returns the names of the columns that a file begins with, as far as one can see: a record without a number; none where
     * it begins with another one.
     *
     * @throws DataException if it does not begin as a CSV file
     */
    public static List<String> names(Path file, char separator) {
        return CsvRecords.first(file, separator).map(CsvRecords.Line::cells).filter(CsvFile::areNoNumbers)
                .orElse(List.of());
    }

    /**
     * Returns whether a file begins with the columns' names, as far as one can see: with {@link #names}, or with the
     * columns' numbers from 0, as pandas names those of an array.
     *
     * @throws DataException if it does not begin as a CSV file
     */
    public static boolean beginsWithNames(Path file, char separator) {
        return CsvRecords.first(file, separator).map(CsvRecords.Line::cells)
                .filter(cells -> areNoNumbers(cells) || areCounted(cells)).isPresent();
    }

    private static boolean areCounted(List<String> cells) {
        return IntStream.range(0, cells.size()).allMatch(i -> cells.get(i).equals(Integer.toString(i)));
    }

    private static boolean areNoNumbers(List<String> cells) {
        return cells.stream().noneMatch(cell -> StrictNumbers.matches(cell) || StrictNumbers.notFinite(cell));
    }

    /** A first cell without a name is pandas' index, so one name is enough. */
    private static boolean mayBeNames(List<String> cells) {
        return areNoNumbers(cells)
                && cells.stream().anyMatch(cell -> !cell.isEmpty() && Character.isLetter(cell.charAt(0)));
    }

    private void take(CsvRecords.Line line) {
        if (line.remark()) {
            remark = columns < 0 ? line : remark;
        } else if (columns >= 0) {
            add(line);
        } else if (begin(line)) {
            add(line);
        }
    }

    /** Learns the columns from the first record, and returns whether it is a sample, not their names. */
    private boolean begin(CsvRecords.Line line) {
        columns = line.cells().size();
        CsvHeader header = CsvHeader.of(file, format, line, remark);
        names = header.names();
        labelColumn = header.labelColumn();
        notes.addAll(header.notes());
        return header.isBefore();
    }

    private void add(CsvRecords.Line line) {
        List<String> cells = line.cells();
        if (cells.size() != columns) {
            throw new DataException(file + ":" + line.line() + " has " + cells.size()
                    + " columns, the first line has " + columns);
        }
        float[] row = new float[columns - (labelColumn < 0 ? 0 : 1)];
        int at = 0;
        for (int c = 0; c < columns; c++) {
            if (c == labelColumn) {
                labels.add(cells.get(c), line.line());
            } else {
                row[at++] = number(line, c);
            }
        }
        rows.add(row);
    }

    private float number(CsvRecords.Line line, int column) {
        String cell = line.cells().get(column);
        String where = file + ":" + line.line() + " has ";
        if (!StrictNumbers.matches(cell) && !StrictNumbers.notFinite(cell)) {
            throw new DataException(where + "'" + shortened(cell) + "' in column " + (column + 1)
                    + " where a number was expected" + (rows.isEmpty() && !format.header() && mayBeNames(line.cells())
                            ? "; if the first line has names, say header: true"
                            : StrictNumbers.advice(cell, format.separator())));
        }
        float value = StrictNumbers.notFinite(cell) ? Float.NaN : Float.parseFloat(cell);
        if (!Float.isFinite(value)) {
            throw new DataException(where + shortened(cell) + " in column " + (column + 1)
                    + ", which is not a finite float32");
        }
        return value;
    }

    private Dataset dataset(@Nullable ValueRange range) {
        int dimension = rows.getFirst().length;
        List<float[]> kept = List.copyOf(rows);
        noteColumnsThatCount();
        Values values = (index, target, offset) -> System.arraycopy(kept.get(index), 0, target, offset, dimension);
        return new ArrayDataset(List.of(dimension), kept.size(),
                range == null ? values : Values.scaled(values, dimension, range),
                labelColumn < 0 ? new int[0] : labels.indices(file.toString()), file.toString(), notes);
    }

    /** Notes which columns count the samples, as an index does that was written with the data. */
    private void noteColumnsThatCount() {
        int[] numbers = IntStream.range(0, columns).filter(c -> c != labelColumn).toArray();
        for (int at = 0; at < numbers.length && rows.size() > 2; at++) {
            int column = at;
            float first = rows.getFirst()[at];
            if ((first == 0 || first == 1)
                    && IntStream.range(0, rows.size()).allMatch(i -> rows.get(i)[column] == first + i)) {
                notes.add("column " + (numbers[at] + 1) + (names.isEmpty() ? "" : ", '" + names.get(numbers[at]) + "',")
                        + " of " + file + " counts the samples, as an index does: it is trained on as a dimension; if"
                        + " it is none, write the file without it");
            }
        }
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}

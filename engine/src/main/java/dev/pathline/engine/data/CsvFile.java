package dev.pathline.engine.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Vectors as text: one line a sample, one column a number, perhaps a first line of names and a column of labels. Lines
 * that are empty or begin with {@code #} are skipped. The numbers are kept in memory.
 */
public final class CsvFile {

    private final Path file;
    private final Format format;
    private final Pattern separator;
    private final List<float[]> rows = new ArrayList<>();
    private final List<Label> labels = new ArrayList<>();
    private int columns = -1;
    /** From 0, or -1 for none. */
    private int labelColumn = -1;

    private CsvFile(Path file, Format format) {
        this.file = file;
        this.format = format;
        this.separator = Pattern.compile(Pattern.quote(String.valueOf(format.separator())));
    }

    /**
     * How a file is written.
     *
     * @param separator what is between two numbers
     * @param header whether the first line has the columns' names
     * @param labels the column of labels: its name, or its number from 1; empty for none
     */
    public record Format(char separator, boolean header, String labels) {}

    private record Label(String text, int line) {}

    /**
     * Reads samples.
     *
     * @param classes the classes' names: labels are either all of these, or all indices from 0
     * @param range which numbers become -1 and 1; null for numbers as they are
     * @throws DataException if a line is not like the others, a number is none or a label no class; the message names the
     *         file and the line
     */
    public static Dataset read(Path file, Format format, List<String> classes, @Nullable ValueRange range) {
        MappedFiles.requireFile(file);
        var reader = new CsvFile(file, format);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            reader.readAll(lines);
        } catch (CharacterCodingException e) {
            throw new DataException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw MappedFiles.unreadable(file, e);
        }
        return reader.dataset(classes, range);
    }

    private void readAll(BufferedReader lines) throws IOException {
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            String[] cells = separator.split(text, -1);
            if (columns < 0) {
                begin(cells, number);
                if (format.header()) {
                    continue;
                }
            }
            add(cells, number);
        }
        if (rows.isEmpty()) {
            throw new DataException(file + " has no samples");
        }
    }

    private void begin(String[] cells, int number) {
        columns = cells.length;
        if (!format.labels().isEmpty()) {
            List<String> names = Arrays.stream(cells).map(CsvFile::bare).toList();
            labelColumn = format.header() ? names.indexOf(format.labels()) : -1;
            if (labelColumn < 0 && format.labels().matches("[1-9]\\d{0,8}")) {
                labelColumn = Integer.parseInt(format.labels()) - 1;
            }
            if (labelColumn < 0 || labelColumn >= columns) {
                throw new DataException(file + ":" + number + " has no column '" + format.labels() + "' for labels; "
                        + (format.header() ? "its columns are " + names : "it has " + columns + ", numbered from 1"));
            }
        }
        if (columns == (labelColumn < 0 ? 0 : 1)) {
            throw new DataException(file + ":" + number + " has no column but the labels'");
        }
    }

    private void add(String[] cells, int number) {
        if (cells.length != columns) {
            throw new DataException(file + ":" + number + " has " + cells.length + " columns, the first line has "
                    + columns);
        }
        float[] row = new float[columns - (labelColumn < 0 ? 0 : 1)];
        int at = 0;
        for (int c = 0; c < columns; c++) {
            if (c == labelColumn) {
                labels.add(new Label(bare(cells[c]), number));
            } else {
                row[at++] = number(bare(cells[c]), number, c);
            }
        }
        rows.add(row);
    }

    private float number(String cell, int number, int column) {
        float value;
        try {
            value = Float.parseFloat(cell);
        } catch (NumberFormatException e) {
            throw new DataException(file + ":" + number + " has '" + shortened(cell) + "' in column " + (column + 1)
                    + " where a number was expected" + (number == 1 && !format.header()
                            ? "; if the first line has names, say header: true"
                            : ""),
                    e);
        }
        if (!Float.isFinite(value)) {
            throw new DataException(file + ":" + number + " has " + shortened(cell) + " in column " + (column + 1)
                    + ", which is not a finite float32");
        }
        return value;
    }

    private Dataset dataset(List<String> classes, @Nullable ValueRange range) {
        int dimension = rows.getFirst().length;
        List<float[]> kept = List.copyOf(rows);
        Values values = (index, target, offset) -> System.arraycopy(kept.get(index), 0, target, offset, dimension);
        return new ArrayDataset(List.of(dimension), kept.size(),
                range == null ? values : Values.scaled(values, dimension, range), indices(classes), file.toString());
    }

    private int[] indices(List<String> classes) {
        boolean names = labels.stream().allMatch(label -> classes.contains(label.text()));
        int[] indices = new int[labels.size()];
        for (int i = 0; i < indices.length; i++) {
            String label = labels.get(i).text();
            indices[i] = names ? classes.indexOf(label) : label.matches("\\d{1,9}") ? Integer.parseInt(label) : -1;
            if (indices[i] < 0 || indices[i] >= classes.size()) {
                throw new DataException(file + ":" + labels.get(i).line() + " has the label '" + shortened(label)
                        + "'; labels are either all names of " + classes + " or all indices of these, from 0");
            }
        }
        return indices;
    }

    private static String bare(String cell) {
        String text = cell.strip();
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}

package dev.pathline.standalone.cli.table;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables of Markdown whose columns are aligned, so that a terminal shows them well too. */
public final class Markdown {

    private Markdown() {}

    /**
     * Returns a table.
     *
     * @param rows the headings, then the rows, all of one length; the first column is text, the others are to the right
     */
    public static String table(List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)).toArray();
        String rule = IntStream.range(0, widths.length)
                .mapToObj(column -> "-".repeat(widths[column] + 1) + (column == 0 ? "-" : ":"))
                .collect(Collectors.joining("|", "|", "|\n"));
        String body = rows.stream().skip(1).map(row -> row(row, widths)).collect(Collectors.joining());
        return row(rows.getFirst(), widths) + rule + body;
    }

    private static String row(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> padded(cells.get(column), widths[column], column > 0))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String padded(String cell, int width, boolean right) {
        String space = " ".repeat(width - cell.length());
        return right ? space + cell : cell + space;
    }
}

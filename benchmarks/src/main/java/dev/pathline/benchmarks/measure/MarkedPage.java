package dev.pathline.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page of the documentation with tables that a benchmark fills.
 *
 * @param file a Markdown file; a table stands between {@code <!-- numbers of ID -->} and {@code <!-- end of ID -->}, each a
 *        line of its own
 */
public record MarkedPage(Path file) {

    /**
     * Replaces what stands between the markers of a table.
     *
     * @param id the table's name
     * @param table whole lines
     * @throws IllegalArgumentException if the page has no such markers
     * @throws IOException if the page cannot be read or written
     */
    public void fill(String id, String table) throws IOException {
        String text = Files.readString(file);
        String begin = "<!-- numbers of " + id + " -->\n";
        String end = "<!-- end of " + id + " -->\n";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException(file + " has no lines " + begin + end);
        }
        Files.writeString(file, text.substring(0, from + begin.length()) + table + text.substring(to));
    }
}

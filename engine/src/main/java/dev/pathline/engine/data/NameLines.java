package dev.pathline.engine.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Names in a file of text, one a line. */
public final class NameLines {

    private NameLines() {}

    /**
     * Reads the names, without blanks around them; empty lines are none.
     *
     * @throws IOException if the file cannot be read, or is not text in UTF-8
     */
    public static List<String> read(Path file) throws IOException {
        // Windows and some editors write a byte-order mark before the first name.
        return Files.readString(file).replace("\uFEFF", "").lines().map(String::strip).filter(name -> !name.isEmpty())
                .toList();
    }
}

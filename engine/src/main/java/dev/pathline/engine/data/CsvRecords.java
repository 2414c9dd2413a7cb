package dev.pathline.engine.data;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The records of a CSV file (RFC 4180) with the lines where they begin: one may go over several, as a quoted field may
 * hold the end of a line. Empty lines are skipped.
 */
final class CsvRecords {

    /** What Excel reads as a note on how the rest is written. */
    private static final Pattern NOTE = Pattern.compile("\"?sep=(.)\"?", Pattern.CASE_INSENSITIVE);
    private static final Pattern PLACE = Pattern.compile("\\(record starting at line (\\d+)\\)");
    private static final int LONGEST_NOTE = 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final char separator;
    private long last;
    private int skipped;

    private CsvRecords(Path file, char separator) {
        this.file = file;
        this.separator = separator;
    }

    /**
     * A record.
     *
     * @param line where it begins, from 1
     * @param remark whether it is a line that begins with {@code #}; then its one cell is what follows that
     * @param cells without what surrounds them: blanks, and quotes with doubled ones inside
     */
    record Line(long line, boolean remark, List<String> cells) {}

    /**
     * Reads a file from its beginning to its end.
     *
     * @throws DataException if it is no text in UTF-8, a quote is not closed or has something behind it, or the file says
     *         of itself that another separator is used
     */
    static void read(Path file, char separator, Consumer<Line> consumer) {
        readWhile(file, separator, line -> {
            consumer.accept(line);
            return true;
        });
    }

    /**
     * Reads no further than the first record that is no remark.
     *
     * @return nothing if there is none
     * @throws DataException if what comes before its end is not as {@link #read} wants it
     */
    static Optional<Line> first(Path file, char separator) {
        var found = new ArrayList<Line>();
        readWhile(file, separator, line -> {
            if (!line.remark()) {
                found.add(line);
            }
            return line.remark();
        });
        return found.stream().findFirst();
    }

    private static void readWhile(Path file, char separator, Predicate<Line> wantsMore) {
        MappedFiles.requireFile(file);
        var records = new CsvRecords(file, separator);
        try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            records.readAll(text, wantsMore);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (UncheckedIOException | CsvParseException e) {
            throw e.getCause() instanceof IOException cause ? unreadable(file, cause) : records.notCsv(e);
        }
    }

    /** The library says what is wrong, and where the record begins; it does not know of a line before its first one. */
    private DataException notCsv(RuntimeException e) {
        String what = String.valueOf(e.getMessage());
        Matcher place = PLACE.matcher(what);
        long line = place.find() ? Long.parseLong(place.group(1)) + skipped : last + 1;
        return new DataException(file + ", from line " + line + " on, is not CSV: "
                + place.replaceAll("").strip(), e);
    }

    private void readAll(BufferedReader text, Predicate<Line> wantsMore) throws IOException {
        skipped = skipHead(text);
        try (CsvReader<CsvRecord> reader = CsvReader.builder().fieldSeparator(separator)
                .commentStrategy(CommentStrategy.READ).skipEmptyLines(true)
                .trimWhitespacesAroundQuotes(!Character.isWhitespace(separator))
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE).missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(text)) {
            for (CsvRecord found : reader) {
                last = found.getStartingLineNumber() + skipped;
                List<String> cells = found.getFields().stream().map(String::strip).toList();
                if (!blank(found) && !wantsMore.test(new Line(last, found.isComment(), cells))) {
                    return;
                }
            }
        }
    }

    /** A line of blanks; one of empty cells says that there should have been something. */
    private boolean blank(CsvRecord found) {
        boolean single = found.getFieldCount() == 1 && !found.getField(0).isEmpty();
        return !found.isComment() && (single || Character.isWhitespace(separator))
                && IntStream.range(0, found.getFieldCount()).allMatch(i -> found.getField(i).isBlank());
    }

    /** Skips the mark of UTF-8 and a note on the separator, and returns of how many lines that were. */
    private int skipHead(BufferedReader text) throws IOException {
        text.mark(LONGEST_NOTE);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
        text.mark(LONGEST_NOTE);
        char[] start = new char[LONGEST_NOTE];
        int length = Math.max(0, text.read(start, 0, LONGEST_NOTE - 1));
        text.reset();
        Matcher note = NOTE.matcher(new String(start, 0, length).lines().findFirst().orElse(""));
        if (!note.matches()) {
            return 0;
        }
        if (note.group(1).charAt(0) != separator) {
            throw new DataException(file + ":1 says that " + note.group() + ": say separator: \"" + note.group(1)
                    + "\"");
        }
        text.readLine();
        return 1;
    }

    private static DataException unreadable(Path file, IOException e) {
        return e instanceof CharacterCodingException
                ? new DataException(file + " is not text in UTF-8; save it as CSV in UTF-8", e)
                : MappedFiles.unreadable(file, e);
    }
}

package dev.pathline.trainer.specification.yaml;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** What a parser of YAML stumbled over, in the words of who writes specifications, with the line to look at. */
final class YamlMistake {

    private static final Pattern CHARACTER = Pattern.compile("found character '(.+?)(\\(TAB\\))?' that cannot start.*");
    private static final Pattern ESCAPE = Pattern.compile("found unknown escape character (.).*", Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile(".*:(\\s.*|$)");
    /** A name, and behind a blank the bracket that its value begins with. */
    private static final Pattern UNSAID = Pattern.compile("\\s*[^\\s:#{\\[]+\\s+[{\\[].*");
    private static final String NO_COLON = "a ':' is missing behind the field's name";
    private static final String NO_SPACE = "a space is missing behind the ':'";

    private final List<String> lines;
    private final MarkedYamlEngineException e;

    private YamlMistake(MarkedYamlEngineException e, String text) {
        this.e = e;
        this.lines = text.lines().toList();
    }

    /** Returns the line and the mistake, as a phrase. */
    static String of(YamlEngineException e, String text) {
        return switch (e) {
            case MarkedYamlEngineException marked -> new YamlMistake(marked, text).phrase();
            case ReaderException reader -> at(lineOf(text, reader.getPosition()), "the character with the code "
                    + reader.getCodePoint() + " must not stand in a text");
            default -> "it is too long, or written in a way that is not read here";
        };
    }

    private static int lineOf(String text, int position) {
        return (int) text.codePoints().limit(position).filter(c -> c == '\n').count();
    }

    private static String at(int line, String what) {
        return "line " + (line + 1) + ": " + what;
    }

    private String phrase() {
        String problem = e.getProblem() == null ? "" : e.getProblem();
        String context = e.getContext() == null ? "" : e.getContext();
        Optional<Mark> found = e.getProblemMark().or(e::getContextMark);
        int line = found.map(Mark::getLine).orElse(0);
        int begun = e.getContextMark().map(Mark::getLine).orElse(line);
        Matcher character = CHARACTER.matcher(problem);
        if (character.matches()) {
            return at(line, character.group(2) == null
                    ? "a text cannot begin with " + character.group(1) + ": put it in quotes"
                    : "a tab stands " + (indent(line) < found.map(Mark::getColumn).orElse(0)
                            ? "where a space belongs"
                            : "in the indentation: use spaces"));
        }
        if (problem.contains("could not find expected ':'")) {
            return at(begun, line(begun).contains(":") ? NO_SPACE : NO_COLON);
        }
        if (problem.contains("mapping values are not allowed")) {
            return secondColon(line, found.map(Mark::getColumn).orElse(0));
        }
        Matcher escape = ESCAPE.matcher(problem);
        if (escape.matches()) {
            return at(line,
                    "\\" + escape.group(1) + " means nothing in double quotes: use single quotes, or write \\\\");
        }
        return rest(problem, context, line, begun);
    }

    private static String rest(String problem, String context, int line, int begun) {
        if (context.contains("quoted scalar")) {
            return at(begun, "a quote is not closed");
        }
        if (context.contains("flow sequence")) {
            return at(begun, "a '[' is not closed");
        }
        if (context.contains("flow mapping")) {
            return at(begun, "a '{' is not closed");
        }
        if (context.contains("single document")) {
            return at(line, "a second document begins (---); a specification is one");
        }
        if (problem.contains("but found ']'") || problem.contains("but found '}'")) {
            return at(line, "a bracket is closed that was not opened");
        }
        if (problem.contains("but found '-'") || problem.contains("sequence entries")) {
            return at(line, "an item of a list stands where a field belongs");
        }
        if (problem.contains("<block end>")) {
            return at(line, "it is indented unlike the lines before it");
        }
        return at(line, "it is not YAML from here on");
    }

    /** A ':' where no field can begin: of a second field in one line, or of the first one after a line without a colon. */
    private String secondColon(int line, int column) {
        String before = line(line).substring(0, Math.min(column, line(line).length()));
        if (UNSAID.matcher(before).matches()) {
            return at(line, NO_COLON);
        }
        if (FIELD.matcher(before).matches()) {
            return at(line, "it has a second ': '; put a text with one in quotes");
        }
        int previous = line - 1;
        while (previous >= 0 && (line(previous).isBlank() || line(previous).strip().startsWith("#"))) {
            previous--;
        }
        if (previous >= 0 && !FIELD.matcher(line(previous)).matches()) {
            return at(previous, line(previous).contains(":") ? NO_SPACE : NO_COLON);
        }
        return at(line, "it is indented further than the lines before it");
    }

    private String line(int number) {
        return number >= 0 && number < lines.size() ? lines.get(number) : "";
    }

    private int indent(int number) {
        String line = line(number);
        return line.length() - line.stripLeading().length();
    }
}

package dev.pathline.engine.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** What is wrong with the text of a file that should be JSON. */
public final class SettingsText {

    private SettingsText() {}

    /**
     * Returns what the text is instead, or where it stops to be JSON, as the end of a sentence that begins with the file's
     * name.
     */
    public static String mistake(String text, JacksonException e) {
        Optional<String> other = text.strip().startsWith("{")
                ? Optional.empty()
                : Lookalike.of(text.getBytes(StandardCharsets.UTF_8));
        if (other.isPresent()) {
            return "is not JSON: it is " + other.get();
        }
        TokenStreamLocation place = e.getLocation();
        String where = place == null || place.getLineNr() < 1
                ? ""
                : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
        // Cut within a word it is, to a parser, a word that it does not know.
        return text.strip().startsWith("{") && !text.strip().endsWith("}")
                ? "is not JSON: it ends in the middle" + where
                        + "; it may be cut short by a download or a copy that did not end"
                : "is not JSON" + where + ": " + e.getOriginalMessage();
    }
}

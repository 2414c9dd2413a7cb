package dev.pathline.trainer.journal;

import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEventJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A line of a run's log is a JSON object: the event's position, when it was, its type, and its data as clients get them.
 * Progress has the step after which it begins beside them, and some events a note.
 */
final class JournalJson {

    private static final String ID = "id";
    private static final String AT = "at";
    private static final String TYPE = "type";
    private static final String SINCE = "since";
    private static final String NOTE = "note";
    private static final String DATA = "data";

    private JournalJson() {}

    /** Returns a line, without its end. */
    static String write(JournalLine line) {
        var json = Json.MAPPER.createObjectNode();
        json.put(ID, line.position());
        if (line.at() != null) {
            json.put(AT, line.at().toString());
        }
        json.put(TYPE, line.event().type());
        if (line.event() instanceof TrainingRunEvent.Progress) {
            json.put(SINCE, line.since());
        }
        if (!line.note().isEmpty()) {
            json.put(NOTE, line.note());
        }
        json.set(DATA, Json.MAPPER.valueToTree(line.event()));
        return Json.MAPPER.writeValueAsString(json);
    }

    /**
     * Reads a line; one that is spoilt, or of a type that this version does not know, gives nothing.
     *
     * @param step the last step that the lines before it tell of
     */
    static Optional<JournalLine> read(String line, long step) {
        try {
            JsonNode json = Json.MAPPER.readTree(line);
            if (!json.path(ID).isIntegralNumber()) {
                return Optional.empty();
            }
            TrainingRunEvent event = TrainingRunEventJson.read(json.path(TYPE).asString(""),
                    json.path(DATA).toString());
            return Optional.of(new JournalLine(json.path(ID).asLong(), time(json.path(AT).asString("")),
                    json.path(SINCE).asLong(since(event, step)), event, json.path(NOTE).asString("")));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A report that does not go on from what was told before would stand for no step at all. */
    static long since(TrainingRunEvent event, long step) {
        return event instanceof TrainingRunEvent.Progress progress ? Math.min(step, progress.step() - 1) : step;
    }

    private static @Nullable Instant time(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}

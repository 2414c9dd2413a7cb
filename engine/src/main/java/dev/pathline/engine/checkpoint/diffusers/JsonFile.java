package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.SettingsText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of settings: what it says, and its text, which is copied as it is unless a setting was changed.
 *
 * @param file where it is
 * @param json what it says
 * @param text what to write
 */
record JsonFile(Path file, ObjectNode json, String text) {

    /** Python writes infinities, which JSON has not: {@code lambda_min_clipped} is one. */
    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    /** More than any settings have. */
    private static final long LARGEST = 16 << 20;

    static JsonFile read(Path file) {
        String text = "";
        try {
            if (Files.size(file) > LARGEST) {
                throw new CheckpointException(file + " has " + Files.size(file) + " bytes, too many for settings");
            }
            text = Files.readString(file);
            JsonNode json = JSON.readTree(text);
            if (!(json instanceof ObjectNode object)) {
                throw new CheckpointException(file + " must be a JSON object");
            }
            return new JsonFile(file, object, text);
        } catch (IOException e) {
            throw new CheckpointException(file + (e instanceof CharacterCodingException
                    ? " is not a text in UTF-8"
                    : " cannot be read: " + e.getMessage()), e);
        } catch (JacksonException e) {
            throw new CheckpointException(file + " " + SettingsText.mistake(text, e), e);
        }
    }

    static JsonFile of(Path file, ObjectNode json) {
        return new JsonFile(file, json, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    static ObjectNode empty() {
        return JSON.createObjectNode();
    }

    /** Returns the settings with another value of one: JSON, or else a text. */
    static void set(ObjectNode json, String key, String value) {
        try {
            json.set(key, JSON.readTree(value));
        } catch (JacksonException _) {
            json.put(key, value);
        }
    }

    void writeTo(Path target) throws IOException {
        AtomicFiles.write(target, text);
    }
}

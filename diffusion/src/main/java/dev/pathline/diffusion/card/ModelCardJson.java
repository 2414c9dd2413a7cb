package dev.pathline.diffusion.card;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A card as JSON: camelCase names, enums in lower case with hyphens. The order of the fields is fixed and numbers are
 * written in full, so equal cards give equal text.
 *
 * <p>Reading ignores fields it does not know, which a newer writer may have added; what it does know must be right.
 */
public final class ModelCardJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ModelCardJson() {}

    /** Returns the card as indented JSON, ending in a newline. */
    public static String write(ModelCard card) {
        return MAPPER.writeValueAsString(tree(card)) + "\n";
    }

    /** Returns the card as a tree of its own, for an answer that holds more than the card. */
    public static ObjectNode tree(ModelCard card) {
        return CardWriter.write(card, MAPPER.createObjectNode());
    }

    /** Writes the card to {@code file} as UTF-8, replacing it. */
    public static void write(ModelCard card, Path file) throws IOException {
        Files.writeString(file, write(card));
    }

    /**
     * Reads a card.
     *
     * @throws MalformedCardException if the text is not JSON, or a field is missing or wrong; the message names it
     */
    public static ModelCard read(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new MalformedCardException("The model card is not JSON: " + e.getOriginalMessage(), e);
        }
        try {
            return CardReader.read(new JsonFields("", root));
        } catch (MalformedCardException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new MalformedCardException("The model card does not fit together: " + e.getMessage() + ".", e);
        }
    }

    /**
     * Reads a card from {@code file}.
     *
     * @throws MalformedCardException as {@link #read(String)}
     * @throws IOException if the file cannot be read
     */
    public static ModelCard read(Path file) throws IOException {
        return read(Files.readString(file));
    }
}

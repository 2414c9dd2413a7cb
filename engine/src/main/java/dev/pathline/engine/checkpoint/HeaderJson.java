package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of a safetensors header, read token by token: the memory it takes is bounded by what a checkpoint may have,
 * not by what a file says. Sizes, types and ranges are not looked at here.
 *
 * <p>All methods throw {@link IllegalArgumentException} with what is wrong.
 */
final class HeaderJson {

    private static final String METADATA = "__metadata__";
    private static final int MAX_TENSORS = 50_000;
    private static final int MAX_NAME = 1000;
    private static final int MAX_TEXT = 8_000_000;
    private static final int MAX_NUMBERS = 8;
    private static final int MAX_DIGITS = 18;
    private static final int MAX_SHOWN = 80;

    // Names are not kept for the next file: a hostile one would stay in memory.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder().maxNameLength(MAX_NAME)
                    .maxStringLength(MAX_TEXT).build())
            .build();

    /** A tensor's entry as it is written. */
    record Tensor(String name, String dtype, List<Long> shape, List<Long> offsets) {}

    /** What a header holds. */
    record Content(List<Tensor> tensors, Map<String, String> metadata) {}

    private final List<Tensor> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private final JsonParser json;
    private long textSize;

    private HeaderJson(JsonParser json) {
        this.json = json;
    }

    static Content read(InputStream bytes) throws IOException {
        // Strict, where the parser's own reader would also take UTF-16 and UTF-32.
        var characters = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), characters)) {
            var header = new HeaderJson(parser);
            header.read();
            return new Content(header.tensors, header.metadata);
        } catch (JacksonIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw new IllegalArgumentException("its header is not UTF-8", e);
            }
            throw e.getCause();
        } catch (JacksonException e) {
            throw new IllegalArgumentException("its header is not JSON: " + shown(e.getOriginalMessage()), e);
        }
    }

    private void read() {
        require(json.nextToken() == JsonToken.START_OBJECT, "its header is not a JSON object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = counted(json.currentName());
            require(names.add(name), "tensor " + quoted(name) + " is there twice");
            if (name.equals(METADATA)) {
                readMetadata();
            } else {
                require(tensors.size() < MAX_TENSORS, "it has more than " + MAX_TENSORS + " tensors");
                tensors.add(readTensor(name));
            }
        }
        require(json.nextToken() == null, "its header goes on after the JSON object");
    }

    private void readMetadata() {
        require(json.nextToken() == JsonToken.START_OBJECT, METADATA + " is not a JSON object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            require(json.nextToken() == JsonToken.VALUE_STRING, METADATA + " " + quoted(key) + " is not a string");
            require(metadata.put(counted(key), counted(json.getString())) == null,
                    METADATA + " " + quoted(key) + " is there twice");
        }
    }

    private Tensor readTensor(String name) {
        String where = "tensor " + quoted(name) + " ";
        String dtype = "";
        List<Long> shape = null;
        List<Long> offsets = null;
        require(json.nextToken() == JsonToken.START_OBJECT, where + "is not a JSON object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = json.currentName();
            switch (field) {
                case "dtype" -> {
                    require(dtype.isEmpty() && json.nextToken() == JsonToken.VALUE_STRING, where + "has a dtype twice, "
                            + "or one that is no string");
                    dtype = counted(json.getString());
                }
                case "shape" -> {
                    require(shape == null, where + "has a shape twice");
                    shape = numbers(where + "has a shape ");
                }
                case "data_offsets" -> {
                    require(offsets == null, where + "has data_offsets twice");
                    offsets = numbers(where + "has data_offsets ");
                }
                default -> throw new IllegalArgumentException(where + "has the unknown field " + quoted(field));
            }
        }
        if (dtype.isEmpty() || shape == null || offsets == null || offsets.size() != 2) {
            throw new IllegalArgumentException(where + "lacks dtype, shape or data_offsets");
        }
        return new Tensor(name, dtype, shape, offsets);
    }

    private List<Long> numbers(String where) {
        var numbers = new ArrayList<Long>();
        require(json.nextToken() == JsonToken.START_ARRAY, where + "that is no array");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(numbers.size() < MAX_NUMBERS, where + "of more than " + MAX_NUMBERS + " numbers");
            require(json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getStringLength() <= MAX_DIGITS + 1,
                    where + "with something that is no integer of up to " + MAX_DIGITS + " digits");
            numbers.add(json.getLongValue());
        }
        return List.copyOf(numbers);
    }

    private String counted(String text) {
        textSize += text.length();
        require(textSize <= MAX_TEXT, "its header has more than " + MAX_TEXT + " characters of names and metadata");
        return text;
    }

    /** Text from a file, fit for a message: short, and without what a terminal would obey. */
    static String quoted(String text) {
        return "'" + shown(text) + "'";
    }

    private static String shown(String text) {
        var shown = new StringBuilder();
        text.codePoints().limit(MAX_SHOWN).map(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                '?';
            default -> c;
        }).forEach(shown::appendCodePoint);
        return shown.append(text.codePointCount(0, text.length()) > MAX_SHOWN ? "..." : "").toString();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

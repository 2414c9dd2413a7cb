package dev.pathline.trainer.specification.yaml;

import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.fields.SpecTree;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads YAML 1.2 by its core schema: {@code True}, {@code ~}, {@code .5} and {@code 1e3} are what they look like. Beside the
 * values it keeps how they were written, for a class may be called {@code 1.50}.
 */
public final class YamlReader {

    /** Deeper than any specification. */
    private static final int MAX_NESTING = 32;

    private static final LoadSettings SETTINGS = LoadSettings.builder().setSchema(new CoreSchema())
            .setAllowNonScalarKeys(true).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String source;
    private final Map<String, String> texts = new HashMap<>();

    private YamlReader(String source) {
        this.source = source;
    }

    /**
     * Parses a text. Anchors and aliases are refused: a few lines of them stand for gigabytes.
     *
     * @param source what errors call it
     * @throws SpecException if it is not YAML; the message names the line and what is wrong with it
     */
    public static SpecTree read(String text, String source) {
        var reader = new YamlReader(source);
        try {
            reader.requireShallow(text);
            JsonNode root = new Compose(SETTINGS).composeString(text).map(node -> reader.value(node, ""))
                    .orElse(NODES.missingNode());
            return new SpecTree(root, reader.texts);
        } catch (YamlEngineException e) {
            throw new SpecException(source + " is not YAML: " + YamlMistake.of(e, text), e);
        }
    }

    /** Refuses aliases, anchors, and more nesting than any specification has. */
    private void requireShallow(String text) {
        int depth = 0;
        NodeEvent anchored = null;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            if (event instanceof AliasEvent alias) {
                throw new SpecException(source + ": line " + line(event) + " has an alias (*" + alias.getAlias()
                        + "); write out what it stands for");
            }
            if (anchored == null && event instanceof NodeEvent node && node.getAnchor().isPresent()) {
                anchored = node;
            }
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > MAX_NESTING) {
                throw new SpecException(source + ": line " + line(event) + " is nested more than " + MAX_NESTING
                        + " deep, which no specification is");
            }
        }
        if (anchored != null) {
            throw new SpecException(source + ": line " + line(anchored) + " has an anchor (&"
                    + anchored.getAnchor().orElseThrow()
                    + "), which nothing here goes by; leave it out, or put a text that"
                    + " begins with & in quotes");
        }
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private SpecException mistake(Node node, String what) {
        return new SpecException(
                source + ": line " + node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1) + " "
                        + what);
    }

    private JsonNode value(Node node, String path) {
        return switch (node) {
            case MappingNode mapping -> object(mapping, path);
            case SequenceNode sequence -> {
                var array = NODES.arrayNode();
                for (Node element : sequence.getValue()) {
                    array.add(value(element, path + "[" + array.size() + "]"));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar, path);
            default -> throw mistake(node, "has something that is neither a value, a list nor fields");
        };
    }

    private JsonNode object(MappingNode mapping, String path) {
        var object = NODES.objectNode();
        for (NodeTuple field : mapping.getValue()) {
            if (!(field.getKeyNode() instanceof ScalarNode key)) {
                throw mistake(field.getKeyNode(), "has a field whose name is no text");
            }
            if (object.has(key.getValue())) {
                throw mistake(key, "has the field " + SpecTree.shortly(key.getValue()) + " a second time");
            }
            object.set(key.getValue(),
                    value(field.getValueNode(), path.isEmpty() ? key.getValue() : path + "." + key.getValue()));
        }
        return object;
    }

    private JsonNode scalar(ScalarNode scalar, String path) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (!scalar.isPlain()) {
            return NODES.stringNode(text);
        }
        texts.put(path, text);
        try {
            if (tag.equals(Tag.NULL)) {
                return NODES.nullNode();
            }
            if (tag.equals(Tag.BOOL)) {
                return NODES.booleanNode(text.equalsIgnoreCase("true"));
            }
            if (tag.equals(Tag.INT) || text.matches("[-+]?\\d+(_\\d+)+")) {
                return whole(text.replace("_", ""));
            }
            if (tag.equals(Tag.FLOAT)) {
                return NODES.numberNode(real(text));
            }
        } catch (NumberFormatException e) {
            throw mistake(scalar, "has " + SpecTree.shortly(text) + " where its tag promises a number");
        }
        if (tag.getValue().startsWith("!") && !tag.equals(Tag.ENV_TAG)) {
            throw mistake(scalar, "has a tag, " + SpecTree.shortly(tag.getValue()) + ", which means nothing here");
        }
        return NODES.stringNode(text);
    }

    private static JsonNode whole(String text) {
        BigInteger number = text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o")
                        ? new BigInteger(text.substring(2), 8)
                        : new BigInteger(text.startsWith("+") ? text.substring(1) : text);
        return number.bitLength() < Integer.SIZE
                ? NODES.numberNode(number.intValue())
                : number.bitLength() < Long.SIZE ? NODES.numberNode(number.longValue()) : NODES.numberNode(number);
    }

    private static double real(String text) {
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        return switch (lower) {
            case ".nan" -> Double.NaN;
            case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
            case "-.inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}

package dev.pathline.diffusion.card;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The fields of one JSON object, read with their types; what is wrong is refused by its full name. */
final class JsonFields {
    private final String prefix;
    private final JsonNode node;

    /** @param prefix what comes before a field's name in messages, such as {@code "defaults."} */
    JsonFields(String prefix, JsonNode node) {
        this.prefix = prefix;
        this.node = node;
        if (!node.isObject()) {
            throw new MalformedCardException(prefix.isEmpty()
                    ? "The model card must be a JSON object."
                    : "Field '" + prefix.substring(0, prefix.length() - 1) + "' of the model card must be an object.");
        }
    }

    MalformedCardException wrong(String name, String must) {
        return new MalformedCardException("Field '" + prefix + name + "' of the model card must " + must + ", "
                + (has(name) ? "not " + node.get(name) : "but is missing") + ".");
    }

    /** Whether the field is there and not null. */
    boolean has(String name) {
        JsonNode value = node.get(name);
        return value != null && !value.isNull();
    }

    String text(String name) {
        return require(name, JsonNode::isString, "be a text").asString();
    }

    String text(String name, String standard) {
        return has(name) ? text(name) : standard;
    }

    boolean flag(String name) {
        return has(name) && require(name, JsonNode::isBoolean, "be true or false").asBoolean();
    }

    int integer(String name) {
        return require(name, JsonFields::isInteger, "be an integer").asInt();
    }

    /** A number of things, 0 where the field is missing. */
    long count(String name) {
        return has(name) ? require(name, JsonFields::isCount, "be an integer from 0 on").asLong() : 0;
    }

    double number(String name) {
        return require(name, JsonNode::isNumber, "be a number").asDouble();
    }

    double number(String name, double standard) {
        return has(name) ? number(name) : standard;
    }

    <E extends Enum<E>> E word(String name, E[] constants) {
        String word = text(name);
        return Arrays.stream(constants)
                .filter(constant -> CardWriter.word(constant).equals(word))
                .findFirst()
                .orElseThrow(() -> wrong(name, "be one of "
                        + Arrays.stream(constants).map(CardWriter::word).collect(Collectors.joining(", "))));
    }

    List<Integer> integers(String name) {
        return list(name, JsonFields::isInteger, "be a list of integers", JsonNode::asInt);
    }

    List<Double> decimals(String name) {
        return list(name, JsonNode::isNumber, "be a list of numbers", JsonNode::asDouble);
    }

    /** The texts of a list, empty where the field is missing. */
    List<String> texts(String name) {
        return has(name) ? list(name, JsonNode::isString, "be a list of texts", JsonNode::asString) : List.of();
    }

    JsonFields object(String name) {
        return new JsonFields(prefix + name + ".", require(name, JsonNode::isObject, "be an object"));
    }

    JsonFields optionalObject(String name) {
        return has(name) ? object(name) : new JsonFields(prefix + name + ".", JsonNodeFactory.instance.objectNode());
    }

    /** Numbers by name, empty where the field is missing. */
    Map<String, Double> numbers(String name) {
        JsonFields fields = optionalObject(name);
        Map<String, Double> numbers = new HashMap<>();
        fields.node.propertyNames().forEach(key -> numbers.put(key, fields.number(key)));
        return numbers;
    }

    private <T> List<T> list(String name, Predicate<JsonNode> type, String must, Function<JsonNode, T> value) {
        JsonNode array = require(name, JsonNode::isArray, must);
        List<JsonNode> items = IntStream.range(0, array.size()).mapToObj(array::get).toList();
        if (!items.stream().allMatch(type)) {
            throw wrong(name, must);
        }
        return items.stream().map(value).toList();
    }

    private JsonNode require(String name, Predicate<JsonNode> type, String must) {
        JsonNode value = node.get(name);
        if (value == null || !type.test(value)) {
            throw wrong(name, must);
        }
        return value;
    }

    private static boolean isInteger(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt();
    }

    private static boolean isCount(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong() && value.asLong() >= 0;
    }
}

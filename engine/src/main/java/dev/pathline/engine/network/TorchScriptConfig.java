package dev.pathline.engine.network;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.engine.graph.ElementType;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A network that another program wrote as TorchScript: how its module is called. The graph is one node, the module.
 *
 * @param arguments what the module's {@code forward} takes, in its order: {@code x} and {@code time}, and where it has them
 *        {@code target} (a flow map's second time), {@code guidance} (the scale of guidance) and {@code label}
 * @param tuple whether it returns a tuple, whose first element is the output
 * @param module where the module is and what it is for; null until a checkpoint says it
 */
public record TorchScriptConfig(List<Argument> arguments, boolean tuple, @Nullable Module module)
        implements
            NetworkConfig {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "TorchScript";

    private static final Set<String> KEYS = Set.of("_class_name", "arguments", "returns");
    private static final Set<String> ARGUMENT_KEYS = Set.of("name", "type");
    private static final String X = "x";
    private static final String TIME = "time";
    private static final String LABEL = "label";

    /** Which values a module may take, in the order of a graph's inputs, and their usual types. */
    private static final Map<String, ElementType> KNOWN = known();

    /** One argument of the module. */
    public record Argument(String name, ElementType type) {}

    /**
     * A module.
     *
     * @param file the archive that {@code torch.jit.save} wrote
     * @param shape the shape of a sample
     */
    public record Module(Path file, List<Integer> shape) {}

    /** Checks the arguments. */
    public TorchScriptConfig {
        arguments = List.copyOf(arguments);
        List<String> names = arguments.stream().map(Argument::name).toList();
        for (String name : names) {
            require(KNOWN.containsKey(name), "has '" + name + "'; known are " + String.join(", ", KNOWN.keySet()));
            require(names.indexOf(name) == names.lastIndexOf(name), "has '" + name + "' twice");
        }
        require(names.contains(X) && names.contains(TIME), "must have x and time, but has " + names);
        for (Argument argument : arguments) {
            boolean broken = argument.name().equals(X) || argument.name().equals(InputNames.GUIDANCE);
            boolean label = argument.name().equals(LABEL);
            require(broken ? !argument.type().isWhole() : !label || argument.type().isWhole(),
                    "gives " + argument.name() + " the type " + argument.type().text());
        }
    }

    private static Map<String, ElementType> known() {
        var known = new LinkedHashMap<String, ElementType>();
        known.put(X, ElementType.FLOAT32);
        known.put(TIME, ElementType.FLOAT32);
        known.put(InputNames.TARGET, ElementType.FLOAT32);
        known.put(InputNames.GUIDANCE, ElementType.FLOAT32);
        known.put(LABEL, ElementType.INT64);
        return known;
    }

    /**
     * Reads a configuration. A type that is left out is float32, for {@code label} int64.
     *
     * @throws IllegalArgumentException if a key is missing, unknown or malformed; the message names it
     */
    public static TorchScriptConfig read(JsonNode json) {
        requireKnown(json, KEYS);
        var arguments = new ArrayList<Argument>();
        for (JsonNode node : json.path("arguments")) {
            requireKnown(node, ARGUMENT_KEYS);
            String name = node.path("name").asString("");
            ElementType usual = KNOWN.getOrDefault(name, ElementType.FLOAT32);
            arguments.add(new Argument(name,
                    node.has("type") ? ElementType.named(node.path("type").asString("")) : usual));
        }
        return new TorchScriptConfig(arguments, switch (json.path("returns").asString("tensor")) {
            case "tensor" -> false;
            case "tuple" -> true;
            default -> throw new IllegalArgumentException("returns must be tensor or tuple, not "
                    + json.path("returns"));
        }, null);
    }

    private static void requireKnown(JsonNode json, Set<String> keys) {
        new JsonSettings(json).requireKnown(keys);
    }

    /** Returns this configuration with its module. */
    public TorchScriptConfig with(Module value) {
        return new TorchScriptConfig(arguments, tuple, value);
    }

    /** Returns whether the module takes a value of that name. */
    public boolean takes(String name) {
        return arguments.stream().anyMatch(argument -> argument.name().equals(name));
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonMapper.shared().createObjectNode().put("_class_name", CLASS_NAME);
        var list = json.putArray("arguments");
        arguments.forEach(a -> list.addObject().put("name", a.name()).put("type", a.type().text()));
        return json.put("returns", tuple ? "tuple" : "tensor");
    }

    @Override
    public NetworkType type() {
        return NetworkType.TORCH_SCRIPT;
    }

    @Override
    public boolean keepsFloat32() {
        return true;
    }

    @Override
    public Network build() {
        if (module == null) {
            throw new IllegalArgumentException(
                    "a TorchScript network is built from a checkpoint, which has the module");
        }
        var graph = new Graph();
        var inputs = new LinkedHashMap<String, Value>();
        for (String name : KNOWN.keySet()) {
            if (takes(name)) {
                inputs.put(name, name.equals(X)
                        ? graph.input(X, module.shape())
                        : name.equals(LABEL) ? graph.labelInput(LABEL) : graph.timeInput(name));
            }
        }
        List<Value> given = arguments.stream().map(Argument::name).map(inputs::get)
                .map(Objects::requireNonNull)
                .toList();
        return graph.build(graph.module(module.file(), given, arguments.stream().map(Argument::type).toList(), tuple,
                module.shape()));
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("arguments " + message);
        }
    }
}

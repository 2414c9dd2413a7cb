package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.network.NetworkType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Pipelines as Python wrote them, but for the weights, which follow from {@link Formula}. */
final class Pipelines {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** One pipeline, and what it made of given noise. */
    record Recorded(String name, JsonNode json) {

        int steps() {
            return json.get("steps").asInt();
        }

        /** The class of the scheduler that Python took. */
        String scheduler() {
            return json.get("scheduler").asString();
        }

        /** The standard deviation of the network's first input. */
        double firstInput() {
            return json.get("first_input").asDouble();
        }

        /** The label of each sample, or nothing. */
        List<Integer> labels() {
            return StreamSupport.stream(json.get("labels").spliterator(), false).map(JsonNode::asInt).toList();
        }

        float[] output() {
            JsonNode output = json.get("output");
            float[] values = new float[output.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) output.get(i).asDouble();
            }
            return values;
        }

        /** Writes the folder that Python wrote. */
        Path writeTo(Path folder, StoredType type) throws IOException {
            for (Map.Entry<String, JsonNode> file : json.get("files").properties()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue().asString());
            }
            Path file = folder.resolve(json.path("weights").asString("unet/diffusion_pytorch_model.safetensors"));
            Safetensors.write(file, weights(file.resolveSibling("config.json")), type, Map.of());
            return folder;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Pipelines() {}

    /** The weights that a network has by the formula. */
    private static Map<String, TensorData> weights(Path config) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(config));
        // The index says the class where the settings do not.
        json.putIfAbsent("_class_name", StringNode.valueOf("UNet2DModel"));
        return Formula.weights(NetworkType.read(json).build());
    }

    static List<Recorded> all() {
        return read("/pipelines/recorded.json");
    }

    /** Consistency models and flow maps. */
    static List<Recorded> maps() {
        return read("/pipelines/maps.json");
    }

    /** Checkpoints that are laid out as published ones are. */
    static List<Recorded> layouts() {
        return read("/pipelines/layouts.json");
    }

    static Recorded layout(String name) {
        return layouts().stream().filter(recorded -> recorded.name().equals(name)).findFirst().orElseThrow();
    }

    private static List<Recorded> read(String resource) {
        try (var stream = Pipelines.class.getResourceAsStream(resource)) {
            JsonNode root = JSON.readTree(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            return StreamSupport.stream(root.get("cases").spliterator(), false)
                    .map(json -> new Recorded(json.get("name").asString(), json)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Recorded named(String name) {
        return all().stream().filter(recorded -> recorded.name().equals(name)).findFirst().orElseThrow();
    }
}

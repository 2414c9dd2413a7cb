package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProcessorFeatures;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Networks with random weights compute what diffusers' do, option by option. The numbers were recorded by
 * {@code src/test/python/record_networks.py}, which says how weights and inputs are made.
 */
class NetworkParityTest {

    private static final JsonNode RECORD = read();
    private static final Torch TORCH = Torch.open("cpu");
    private static final ComputeThread THREAD = new ComputeThread("parity",
            Runtime.getRuntime().availableProcessors());

    /** A recorded network; its name is the test's. */
    record Recorded(JsonNode json) {

        Network network() {
            return NetworkType.read(json.path("config")).forSample(shape()).build();
        }

        List<Integer> shape() {
            return json.path("shape").valueStream().map(JsonNode::asInt).toList();
        }

        int rows() {
            return json.path("times").size();
        }

        float[] output() {
            float[] output = new float[json.path("output").size()];
            for (int i = 0; i < output.length; i++) {
                output[i] = json.path("output").get(i).floatValue();
            }
            return output;
        }

        @Override
        public String toString() {
            return json.path("name").asString();
        }
    }

    private static JsonNode read() {
        try (InputStream in = Objects
                .requireNonNull(NetworkParityTest.class.getResourceAsStream("/diffusers/networks.json"))) {
            return JsonMapper.shared().readTree(in);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<Recorded> models() {
        return RECORD.path("models").valueStream().map(Recorded::new);
    }

    static Stream<Recorded> all() {
        return Stream.concat(models(), RECORD.path("published").valueStream().map(Recorded::new));
    }

    @AfterAll
    static void close() {
        THREAD.close();
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldHaveTheTensorsOfDiffusers(Recorded recorded) throws Exception {
        Network network = recorded.network();
        String lines = network.parameters().stream()
                .map(p -> p.name() + " "
                        + p.shape().stream().map(String::valueOf).collect(Collectors.joining("x")))
                .sorted().collect(Collectors.joining("\n"));

        assertThat(network.parameters()).hasSize(recorded.json().path("tensors").asInt());
        assertThat(network.parameterCount()).isEqualTo(recorded.json().path("parameters").asLong());
        assertThat(HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(recorded.json().path("shapes").asString());
    }

    @ParameterizedTest
    @MethodSource("models")
    void shouldComputeWhatDiffusersComputes(Recorded recorded) {
        float[] expected = recorded.output();
        assertThat(norm(expected) / Math.sqrt(expected.length)).isBetween(0.3, 2.0);
        for (NumericProfile profile : of(NumericProfile.Precision.FLOAT32)) {
            float[] output = evaluate(recorded, profile);
            double worst = IntStream.range(0, expected.length).mapToDouble(i -> Math.abs(output[i] - expected[i]))
                    .max().orElseThrow();

            assertThat(output).as(profile.name()).hasSameSizeAs(expected);
            assertThat(worst).as(profile.name()).isLessThan(2e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void shouldBeAsExactInBfloat16(Recorded recorded) {
        // Where diffusers has no bfloat16, the error of its least exact network is the bound.
        double bound = 1.25 * recorded.json().path("bfloat16Error").asDouble(0.0165);
        float[] expected = recorded.output();
        for (NumericProfile profile : of(NumericProfile.Precision.BFLOAT16)) {
            float[] difference = evaluate(recorded, profile);
            for (int i = 0; i < difference.length; i++) {
                difference[i] -= expected[i];
            }
            assertThat(norm(difference) / norm(expected)).as(profile.name()).isBetween(1e-4, bound);
        }
    }

    private static List<NumericProfile> of(NumericProfile.Precision precision) {
        List<NumericProfile> here = NumericProfile.ofProcessor(ProcessorFeatures.here());
        // Packed bfloat16 needs instructions that not every processor has.
        return NumericProfile.ALL.stream().filter(profile -> profile.precision() == precision)
                .filter(profile -> precision != NumericProfile.Precision.BFLOAT16 || !profile.packed()
                        || here.contains(profile))
                .toList();
    }

    /** All outputs side by side over channels, as diffusers has them. */
    private static float[] evaluate(Recorded recorded, NumericProfile profile) {
        return THREAD.call(() -> {
            Network network = recorded.network();
            try (NDManager manager = TORCH.newManager(); var program = new InferenceProgram(TORCH, network, profile)) {
                List<NDArray> masters = network.parameters().stream()
                        .map(p -> manager.create(HashedNumbers.weights(p), shape(p.shape()))).toList();
                List<NDArray> inputs = network.inputs().stream().map(v -> input(manager, recorded, v)).toList();
                NDList outputs = program.forward(manager, inputs, program.prepare(manager, masters));
                return outputs.size() == 1
                        ? outputs.getFirst().toFloatArray()
                        : outputs.get(0).concat(outputs.get(1), 1).toFloatArray();
            }
        });
    }

    private static NDArray input(NDManager manager, Recorded recorded, Value value) {
        Op.Input input = (Op.Input) value.op();
        return switch (input.kind()) {
            case VALUES -> {
                Shape shape = new Shape(recorded.rows()).addAll(shape(value.shape()));
                double scale = input.name().equals("x") ? 1.7 : 1;
                float[] numbers = HashedNumbers.floats(input.name(), (int) shape.size(), 0, scale);
                yield manager.create(numbers, shape);
            }
            case TIME -> {
                float[] times = new float[recorded.rows()];
                for (int i = 0; i < times.length; i++) {
                    times[i] = recorded.json().path("times").get(i).floatValue();
                }
                yield manager.create(times);
            }
            case LABEL -> manager.create(
                    recorded.json().path("labels").valueStream().mapToLong(JsonNode::asLong).toArray());
        };
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value * (double) value;
        }
        return Math.sqrt(sum);
    }

    private static Shape shape(List<Integer> dims) {
        return new Shape(dims.stream().mapToLong(Integer::longValue).toArray());
    }
}

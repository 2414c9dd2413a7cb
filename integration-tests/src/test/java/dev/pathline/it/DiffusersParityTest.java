package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.InferenceProgram;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Python loads the starter model as it lies in the repository, and computes what we compute. The numbers were recorded
 * by {@code src/test/python/record_unet.py}.
 */
class DiffusersParityTest {

    @Test
    void shouldComputeWhatDiffusersComputes() throws Exception {
        JsonNode record;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/diffusers/fashion-flow.json"))) {
            record = JsonMapper.shared().readTree(in);
        }
        Checkpoint checkpoint = Checkpoint.read(PathlineProcess.ROOT.resolve("models/fashion-flow/1"));
        int count = record.path("times").size();
        float[] times = new float[count];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = record.path("times").get(i).floatValue();
            labels[i] = record.path("labels").get(i).asLong();
        }
        float[] x = new float[count * 784];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(0.37 * i);
        }
        float[] output = evaluate(checkpoint, x, times, labels);

        assertThat(output).hasSize(record.path("output").size());
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < output.length; i++) {
            double expected = record.path("output").get(i).asDouble();
            worst = Math.max(worst, Math.abs(output[i] - expected));
            largest = Math.max(largest, Math.abs(expected));
        }
        assertThat(largest).isGreaterThan(0.5);
        assertThat(worst).isLessThan(2e-5);
    }

    private static float[] evaluate(Checkpoint checkpoint, float[] x, float[] times, long[] labels) {
        Torch torch = Torch.open("cpu");
        try (var thread = new ComputeThread("parity", Runtime.getRuntime().availableProcessors())) {
            return thread.call(() -> {
                try (NDManager manager = torch.newManager();
                        var program = new InferenceProgram(torch, checkpoint.network(), NumericProfile.FLOAT32)) {
                    var masters = checkpoint.network().parameters().stream()
                            .map(p -> manager.create(checkpoint.weights().get(p.name()).values(), shape(p))).toList();
                    return program.forward(manager,
                            List.of(manager.create(x, new Shape(times.length, 1, 28, 28)), manager.create(times),
                                    manager.create(labels)),
                            program.prepare(manager, masters)).getFirst().toFloatArray();
                }
            });
        }
    }

    private static Shape shape(Parameter parameter) {
        return new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray());
    }
}

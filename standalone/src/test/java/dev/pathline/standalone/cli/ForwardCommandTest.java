package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.script.InputTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardCommandTest {

    @TempDir
    private Path folder;

    private String file(String name, float[] values, int... shape) throws IOException {
        return Files.write(folder.resolve(name), Npy.encode(values, shape)).toString();
    }

    private NpyArray forward(String... arguments) throws IOException {
        Path out = folder.resolve("out.npy");
        var all = new ArrayList<>(List.of("forward", "-o", out.toString()));
        all.addAll(List.of(arguments));
        CommandRun run = CommandRun.of(all.toArray(String[]::new));
        assertThat(run.code()).as(run.output()).isZero();
        return Npy.read(out);
    }

    /** The network of {@code gaussian-2d} in closed form, at an angle of the noise. */
    private static float exact(float x, double mean, double angle) {
        double variance = Math.pow(Math.cos(angle) * 0.5, 2) + Math.pow(Math.sin(angle), 2);
        return (float) (Math.sin(angle)
                * (mean + Math.cos(angle) * (0.25 - 1) / variance * (x - Math.cos(angle) * mean)));
    }

    /** More rows than one batch, each with its own time. */
    @Test
    void shouldEvaluateTheNetworkItselfRowByRow() throws IOException {
        int rows = 70;
        float[] x = new float[2 * rows];
        var times = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            x[2 * i] = 0.1f * i - 3;
            x[2 * i + 1] = 2 - 0.05f * i;
            times.append(i == 0 ? "" : ",").append(0.02 * (i + 1));
        }

        NpyArray out = forward("gaussian-2d", "--x", file("x.npy", x, rows, 2), "--time", times.toString());

        assertThat(out.shape()).containsExactly(rows, 2);
        for (int i = 0; i < rows; i++) {
            assertThat(out.values()[2 * i]).isCloseTo(exact(x[2 * i], 0.3, 0.02 * (i + 1)), within(1e-5f));
            assertThat(out.values()[2 * i + 1]).isCloseTo(exact(x[2 * i + 1], -0.7, 0.02 * (i + 1)), within(1e-5f));
        }
    }

    @Test
    void shouldTakeASingleSampleAndClassesByNameIndexAndNone() throws IOException {
        String one = file("one.npy", new float[]{0.4f, -0.2f}, 2);
        String three = file("three.npy", new float[]{0.4f, -0.2f, 0.4f, -0.2f, 0.4f, -0.2f}, 3, 2);

        NpyArray all = forward("mixture-2d", "--x", three, "--time", "0.7", "--label", "left,0,none");
        assertThat(all.shape()).containsExactly(3, 2);
        String[] labels = {"1", "right", "none"};
        for (int i = 0; i < 3; i++) {
            NpyArray single = forward("mixture-2d", "--x", one, "--time", "0.7", "--label", labels[i]);
            assertThat(single.shape()).containsExactly(2);
            assertThat(single.values()[0]).isCloseTo(all.values()[2 * i], within(1e-6f));
        }
        assertThat(all.values()[0]).isNotCloseTo(all.values()[2], within(0.1f));
    }

    /** The command line serves a TorchScript module as any other model: forward, sample and bench. */
    @Test
    void shouldRunATorchScriptModule() throws IOException {
        Path models = folder.resolve("models");
        Path network = Files.createDirectories(models.resolve("module/1/network"));
        ModelCardJson.write(ModelCard.of("module", ModelKind.DIFFUSION, List.of(2), RectifiedFlow.DEFAULT.spec(),
                Prediction.DATA).withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000)).withVersion("1"),
                models.resolve("module/1/pathline.json"));
        Files.writeString(network.resolve("config.json"), """
                {"_class_name": "TorchScript", "arguments": [{"name": "x"}, {"name": "time"}]}""");
        Files.copy(Path.of("../engine/src/test/resources/torchscript/traced.pt"), network.resolve("model.pt"));
        String x = file("x.npy", new float[]{1, 2, 3, 4}, 2, 2);
        Path out = folder.resolve("out.npy");

        CommandRun forward = CommandRun.on(models, "forward", "module", "--x", x, "--time", "10,20", "-o",
                out.toString());
        CommandRun sample = CommandRun.on(models, "sample", "module", "--noise", x, "--steps", "2", "-o",
                folder.resolve("s.npy").toString());
        CommandRun bench = CommandRun.on(models, "bench", "module", "--batch", "2", "--seconds", "0.01");

        assertThat(forward.output()).contains("profile module");
        assertThat(Npy.read(out).values()).containsExactly(12, 14, 26, 28);
        assertThat(sample.code()).as(sample.output()).isZero();
        assertThat(bench.output()).startsWith("module@1: a module of another program").containsPattern(
                "\nmodule +2 +[\\d.]+ +[\\d.]+ +[\\d.]+ +- +\\d+\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gaussian-2d --x FILE --time 1 | x.npy has shape [2, 3], but gaussian-2d takes [N, 2] or [2]",
        "gaussian-2d --x GOOD | --time is missing: the network's own time, with which gaussian-2d is sampled from 1.5642 (noise) to 0.010486 (data)",
        "gaussian-2d --x GOOD --time 1,2,3 | --time must be one, or one a row (2), not 3",
        "gaussian-2d --x GOOD --time 1 --to 0.5 | is no flow map",
        "gaussian-2d --x GOOD --time NaN | --time must be finite",
        "gaussian-2d --x GOOD --time 1 --input guidance=2 | takes no such input, leave it out",
        "gaussian-2d --x GOOD --time 1 --label left | takes no label",
        "mixture-2d --x GOOD --time 1 --label up | its classes are right, left",
        "gaussian-2d --x GOOD --time 1 -o out.png | must end in .npy",
        "gaussian-2d --x NAN --time 1 | has NaN at [1, 0]; every number must be finite",
        "gaussian-2d --x nothing.npy --time 1 | nothing.npy cannot be read: no such file",
        "gaussian-2d --x pom.xml --time 1 | pom.xml is not a usable NumPy array",
        "gaussian-2d --x GOOD --time 1 --profile f8 | unknown numeric profile 'f8'"})
    void shouldSayInASentenceWhatIsWrong(String line, String sentence) throws IOException {
        String filled = line.replace("FILE", file("x.npy", new float[6], 2, 3))
                .replace("GOOD", file("good.npy", new float[4], 2, 2))
                .replace("NAN", file("nan.npy", new float[]{0, 1, Float.NaN, 3}, 2, 2));

        CommandRun run = CommandRun.of(("forward " + filled).split(" "));

        assertThat(run.code()).as(run.output()).isEqualTo(1);
        assertThat(run.output().strip()).contains(sentence).doesNotContain("\n");
    }

    private static InputTable table(ForwardInputs inputs, Map<String, String> others) {
        try {
            return inputs.table(new float[4], List.of(0.5), List.of(0.0), List.of("a"), others);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldAskForWhatANetworkTakes() {
        ModelCard card = ModelCard.of("jumps", ModelKind.FLOW_MAP, List.of(2), RectifiedFlow.DEFAULT.spec(),
                Prediction.AVERAGE_VELOCITY).withTargetInput(TargetInput.LENGTH).withClasses(List.of("a", "b"), false);
        var graph = new Graph();
        graph.timeInput("time");
        graph.guidanceInput();
        var inputs = new ForwardInputs(card, graph.build(graph.input("x", List.of(2))), 2);

        assertThat(inputs.targets(List.of(0.25))).containsExactly(0.25f, 0.25f);
        assertThatIllegalArgumentException().isThrownBy(() -> inputs.targets(List.of()))
                .withMessageContaining("--to is missing").withMessageContaining("length");
        assertThatIllegalArgumentException().isThrownBy(() -> inputs.labels(List.of()))
                .withMessageContaining("one of a, b");
        assertThatIllegalArgumentException().isThrownBy(() -> table(inputs, Map.of()))
                .withMessage("--input guidance=... is missing: the network of jumps takes it");
        assertThatIllegalArgumentException().isThrownBy(() -> table(inputs, Map.of("guidance", "2", "w", "1")))
                .withMessage("--input w: the network of jumps takes only guidance");
        assertThatIllegalArgumentException().isThrownBy(() -> table(inputs, Map.of("guidance", "much")))
                .withMessageContaining("--input guidance must be numbers");
        assertThat(table(inputs, Map.of("guidance", "1.5")).numbers("guidance")).containsExactly(1.5f, 1.5f);
        assertThat(table(inputs, Map.of("guidance", "1.5,3")).numbers("guidance")).containsExactly(1.5f, 3);
    }
}

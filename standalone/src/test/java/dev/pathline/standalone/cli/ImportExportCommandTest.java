package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The starter model goes out as a pipeline of diffusers and comes in again. */
class ImportExportCommandTest {

    private static final Path MODELS = Path.of("../models");

    @TempDir
    private Path folder;

    private final StringWriter said = new StringWriter();

    private int run(Object command, Object... arguments) {
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        var line = new CommandLine(command);
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        line.setExecutionExceptionHandler((e, _, _) -> {
            said.append(PathlineCommand.sentence(e));
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line.execute(words);
    }

    private int export() {
        return run(new ExportCommand(), "fashion-flow", folder.resolve("out"), "--models", MODELS);
    }

    private int imports(String... more) {
        var words = new ArrayList<Object>(List.of(folder.resolve("out"), "--name", "flow",
                "--models", folder.resolve("models"), "--null-class"));
        words.addAll(List.of(more));
        return run(new ImportCommand(), words.toArray());
    }

    @Test
    void shouldBringTheStarterModelOutAndIn() throws Exception {
        assertThat(export()).isZero();
        assertThat(imports("--classes", classes())).isZero();

        Path weights = Path.of("unet/diffusion_pytorch_model.safetensors");
        assertThat(folder.resolve("models/flow/1").resolve(weights))
                .hasSameBinaryContentAs(MODELS.resolve("fashion-flow/1").resolve(weights));
        assertThat(folder.resolve("models/flow/1/pathline.json")).content().contains("\"ankle boot\"",
                "\"nullClass\" : true", "\"linspace-unrounded\"");
    }

    private String classes() throws Exception {
        return Files.writeString(folder.resolve("classes.txt"),
                "t-shirt\ntrouser\npullover\ndress\ncoat\nsandal\nshirt\nsneaker\nbag\nankle boot\n").toString();
    }

    @Test
    void shouldSayWhatToDoWhenTheNameIsThere() {
        export();
        assertThat(imports()).isZero();
        assertThat(imports()).isEqualTo(1);
        assertThat(said.toString()).contains("model flow is in", "already (version 1)", "--version 2");
        assertThat(imports("--version", "2")).isZero();
        assertThat(imports("--version", "2")).isEqualTo(1);
        assertThat(said.toString()).contains("has a version 2", "--version 3");
    }

    @Test
    void shouldRefuseNamesThatLeadElsewhereAndFoldersThatAreThere() {
        export();
        assertThat(imports("--version", "../x")).isEqualTo(1);
        assertThat(said.toString()).contains("--version must be 1 to 64 letters");
        assertThat(export()).isEqualTo(1);
        assertThat(said.toString()).contains("exists, and is not overwritten");
        assertThat(imports("--size", "huge")).isEqualTo(1);
        assertThat(said.toString()).contains("--size must be N or HxW, for example 32 or 32x64, not 'huge'");
    }

    @Test
    void shouldExplainItself() {
        assertThat(run(new ImportCommand(), "--help")).isZero();
        assertThat(run(new ExportCommand(), "--help")).isZero();
        assertThat(said.toString()).contains("--own-defaults", "--null-class", "from_pretrained(DIR)",
                "docs/checkpoints.md");
    }

    @Test
    void shouldRefuseSettingsThatTheSchedulerHasNot() {
        export();
        assertThat(imports("--set", "shft=3")).isEqualTo(1);
        assertThat(said.toString())
                .contains("--set shft: FlowMatchEulerDiscreteScheduler has no such setting (did you mean"
                        + " shift?)", "it has base_image_seq_len,");
        assertThat(imports("--set", "base_shift=3")).isEqualTo(1);
        assertThat(said.toString()).contains("--set base_shift changes nothing beside the other settings of");
        assertThat(imports("--own-defaults", "--set", "use_karras_sigmas=false")).isEqualTo(1);
        assertThat(said.toString()).contains("--own-defaults leaves the scheduler's way of sampling out");
        assertThat(folder.resolve("models/flow")).doesNotExist();
        assertThat(imports("--set", "shift=3", "--steps", "7")).isZero();
        assertThat(folder.resolve("models/flow/1/pathline.json")).content().contains("\"steps\" : 7",
                "\"shift\" : 3.0");
    }

    @Test
    void shouldReadNamesThatWindowsWrote() throws Exception {
        export();
        Path classes = Files.writeString(folder.resolve("classes.txt"), "\uFEFF" + Files.readString(Path.of(classes()))
                .replace("\n", "\r\n"));
        assertThat(imports("--classes", classes.toString())).isZero();
        assertThat(folder.resolve("models/flow/1/pathline.json")).content().contains("\"t-shirt\"")
                .doesNotContain("\uFEFF");
    }

    @Test
    void shouldRegisterOnlyWhatCanBeSampled() throws Exception {
        export();
        assertThat(imports()).isZero();
        Path model = folder.resolve("models/flow/1");
        Object[] register = {model, "--models", folder.resolve("others")};
        assertThat(run(new RegisterCommand(), register)).isZero();

        Path weights = model.resolve("unet/diffusion_pytorch_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] = 0x7C;
        bytes[bytes.length - 2] = 0;
        Files.write(weights, bytes);
        assertThat(run(new RegisterCommand(), register)).isEqualTo(1);
        assertThat(said.toString()).contains(weights + ": the tensor", "holds Infinity");
        Files.delete(weights);
        assertThat(run(new RegisterCommand(), register)).isEqualTo(1);
        assertThat(said.toString()).contains(weights + " cannot be read");
    }
}

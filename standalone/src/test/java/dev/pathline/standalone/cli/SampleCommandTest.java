package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.Model;
import dev.pathline.engine.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sample} and the library give the same bits, in the profile that neither was told. */
class SampleCommandTest {

    @TempDir
    private Path folder;

    private Path command(String line) {
        Path out = folder.resolve("command.npy");
        CommandRun run = CommandRun.of((line + " -o " + out).split(" "));
        assertThat(run.code()).as(run.output()).isZero();
        return out;
    }

    private static Model open(String name) {
        return Model.open(CommandRun.MODELS.resolve(name).resolve("1"), ModelOptions.DEFAULT.withDevice("cpu"));
    }

    @Test
    void shouldGiveThePicturesOfTheLibrary() throws IOException {
        Path byCommand = command("sample fashion-flow --label bag --seed 7 --count 3 --steps 4 --solver unipc-2"
                + " --cfg-scale 3");

        Path byLibrary = folder.resolve("library.npy");
        try (Model model = open("fashion-flow")) {
            model.sample("bag").seed(7).count(3).steps(4).solver("unipc-2").cfgScale(3).save(byLibrary);
        }

        assertThat(byLibrary).hasSameBinaryContentAs(byCommand);
    }

    @Test
    void shouldGiveTheVectorsOfTheLibrary() throws IOException {
        Path byCommand = command("sample gaussian-2d --seed 5 --count 100 --steps 9 --solver ddim --eta 1"
                + " --noise brownian");

        Path byLibrary = folder.resolve("library.npy");
        try (Model model = open("gaussian-2d")) {
            model.sample().seed(5).count(100).steps(9).solver("ddim").eta(1).noise("brownian").save(byLibrary);
        }

        assertThat(byLibrary).hasSameBinaryContentAs(byCommand);
    }
}

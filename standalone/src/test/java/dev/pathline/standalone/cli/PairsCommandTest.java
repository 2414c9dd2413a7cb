package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pairs} on the shipped models. */
class PairsCommandTest {

    private static final String MIXTURE = "pairs mixture-2d --count 100 --steps 6 --cfg-scale 2 --seed 3 --store f32";

    @TempDir
    private Path folder;

    private CommandRun run(String line) {
        return CommandRun.of((line + " -o " + folder.resolve("made")).split(" "));
    }

    @Test
    void shouldEndAtTheSamplesOfTheSameSeed() throws IOException {
        CommandRun made = run(MIXTURE + " --states 3");
        assertThat(made.code()).as(made.output()).isZero();
        assertThat(made.output()).contains("written: ", "100 trajectories of 3 states");
        Path samples = folder.resolve("samples.npy");
        CommandRun sampled = CommandRun
                .of(("sample mixture-2d --label all --count 100 --steps 6 --cfg-scale 2 --seed 3 -o "
                        + samples).split(" "));
        assertThat(sampled.code()).as(sampled.output()).isZero();

        NpyArray states = Npy.read(folder.resolve("made/states.npy"));
        assertThat(states.shape()).containsExactly(100, 2, 2);
        float[] last = new float[200];
        for (int i = 0; i < 100; i++) {
            System.arraycopy(states.values(), 4 * i + 2, last, 2 * i, 2);
        }
        assertThat(last).containsExactly(Npy.read(samples).values());
        assertThat(Files.readString(folder.resolve("made/trajectories.json"))).contains("\"mixture-2d@1\"",
                "\"complete\" : true");

        CommandRun again = run(MIXTURE + " --states 3");
        assertThat(again.code()).isZero();
        assertThat(again.output()).contains("100 of 100 are there already");
    }

    @Test
    void shouldRefuseInASentence() {
        assertThat(run(MIXTURE + " --states 8").output()).contains("A solve of 6 steps has 7 states");
        assertThat(run(MIXTURE + " --solver ancestral").output()).contains("draws noise on its way");
        assertThat(run("pairs mixture-2d --count 0 --seed 1").output()).contains("at least 1, not 0");
        assertThat(run(MIXTURE + " --noise x.npy").output()).contains("trajectories start from a --seed");
        assertThat(run(MIXTURE).code()).isZero();
        CommandRun other = run(MIXTURE.replace("--seed 3", "--seed 4"));
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.output()).contains("seed is 3, not 4").doesNotContain("\tat ");
        CommandRun teacher = run(MIXTURE.replace("mixture-2d", "gaussian-2d"));
        assertThat(teacher.code()).isEqualTo(1);
        assertThat(teacher.output()).contains("teacher.weightsSha256 is");
    }
}

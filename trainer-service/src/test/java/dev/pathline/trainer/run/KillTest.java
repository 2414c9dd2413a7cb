package dev.pathline.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed without warning, ends with the same bytes as one that was left alone. */
class KillTest {

    /** {@code -Dpathline.kills=20} kills more often. */
    private static final int KILLS = Integer.getInteger("pathline.kills", 5);
    private static final int BETWEEN = 30;
    private static final int STEPS = BETWEEN * (KILLS + 1);
    private static final int LONGEST_WAIT_MILLIS = 250;

    private static final String SNAPSHOT = "snapshot ";

    @TempDir
    private Path folder;

    /** The process that is killed: trains {@code SPEC} in {@code FOLDER} and prints each step. */
    static final class Victim {
        public static void main(String[] args) {
            TrainingSpec spec = TrainingSpecs.read(Path.of(args[0]));
            Torch torch = Torch.open("cpu");
            try (var thread = new ComputeThread("compute", 1)) {
                new TrainingRun(spec, TinyRuns.folders(Path.of(args[1]))).run(torch, thread, new RunListener() {
                    @Override
                    public void snapshot(long step) {
                        System.out.println(SNAPSHOT + step);
                    }
                });
            }
        }
    }

    private Process start(Path spec, Path where) throws IOException {
        var command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true", "-cp",
                System.getProperty("java.class.path"), Victim.class.getName(), spec.toString(), where.toString());
        return command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** Kills a process at some moment after it has written a snapshot: in a step, or while it writes the next one. */
    private static void killAfter(Process process, long step, RandomGenerator random)
            throws IOException, InterruptedException {
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            while (line != null && !(line.startsWith(SNAPSHOT)
                    && Long.parseLong(line.substring(SNAPSHOT.length())) >= step)) {
                line = out.readLine();
            }
            assertThat(line).as("the process ended before step " + step).isNotNull();
            assertThat(process.waitFor(random.nextInt(LONGEST_WAIT_MILLIS), TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).isNotZero();
    }

    @Test
    @Timeout(value = 600, unit = TimeUnit.SECONDS)
    void shouldEndWithTheSameBytes() throws IOException, InterruptedException {
        Path data = TinyRuns.data(folder.resolve("data"));
        String yaml = TinyRuns.flow(data, STEPS).replace("sheetEvery: 10", "sheetEvery: 0");
        Path spec = Files.writeString(folder.resolve("spec.yaml"), yaml);
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Path whole = Files.createDirectories(folder.resolve("whole"));

        long seed = System.nanoTime();
        System.out.println("the seed of the moments is " + seed);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < KILLS; i++) {
            killAfter(start(spec, broken), 5 + (long) i * BETWEEN, random);
        }
        Process last = start(spec, broken);
        assertThat(last.inputReader().readLine()).as("goes on after a snapshot").isNotEqualTo("snapshot 5");
        assertThat(last.waitFor()).isZero();
        assertThat(start(spec, whole).waitFor()).isZero();

        assertThat(broken.resolve("models/tiny/1").resolve("unet").resolve(Checkpoint.WEIGHTS))
                .hasSameBinaryContentAs(whole.resolve("models/tiny/1").resolve("unet").resolve(Checkpoint.WEIGHTS));
    }
}

package dev.pathline.engine.data.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.Stage;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.Hashes;
import dev.pathline.engine.checkpoint.ModelIdentity;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Trajectories;
import dev.pathline.engine.data.trajectory.TrajectoryMaker.Progress;
import dev.pathline.engine.data.trajectory.TrajectoryMaker.Write;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trajectories of a teacher that is known in closed form, two and a half batches of them. */
class TrajectoryTest {

    private static final int COUNT = 150;
    private static final int SEED = 5;
    private static final Checkpoint TEACHER = ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE);

    private static final Progress ALL = new Progress() {
    };

    @TempDir
    private Path folder;

    static Stream<NoiseSchedule> schedules() {
        return Stream.of(RectifiedFlow.DEFAULT, VpLinear.DEFAULT, Edm.DEFAULT);
    }

    private static SamplingSettings settings(String solver, int steps) {
        return SamplingSettings.defaults(true).withSolver(solver).withSteps(steps).withCfgScale(2.0);
    }

    private static TrajectoryOrder order(String solver, int steps, int states, StateType store) {
        return new TrajectoryOrder(settings(solver, steps), states, COUNT, SEED, store);
    }

    private static TrajectoryFacts facts(Checkpoint teacher, TrajectoryOrder order) {
        return order.facts(ModelIdentity.of("mixture@1", teacher), teacher.card(), NumericProfile.FLOAT32);
    }

    private static boolean make(Path folder, Checkpoint teacher, TrajectoryOrder order, Progress progress) {
        return TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, teacher, NumericProfile.FLOAT32);
                    TrajectoryWriter writer = TrajectoryWriter.open(folder, facts(teacher, order), 1)) {
                return new TrajectoryMaker(model, order.plan(teacher.card()), progress).make(writer);
            }
        });
    }

    private static Trajectories made(Path folder, Checkpoint teacher, TrajectoryOrder order) {
        assertThat(make(folder, teacher, order, ALL)).isTrue();
        return TrajectoryFolder.open(folder);
    }

    /** The stages up to the end of a step lead to the point that the step ends at. */
    private static double[] point(SamplingPlan plan, Network oracle, int label, int index, int point, int size) {
        List<Stage> stages = plan.stages().stream().filter(stage -> stage.step() < point).toList();
        var cut = new SamplingPlan(plan.solver(), plan.timeGrid(), plan.times(), plan.steps(), plan.cfgScale(),
                plan.initialScale(), stages);
        return new PlanExecutor(cut, oracle, new PhiloxNoise()).sample(size, label, SEED, index,
                PlanExecutor.Listener.NONE);
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void shouldKeepTheStatesThatTheOracleGoesThrough(NoiseSchedule schedule) {
        Checkpoint teacher = ClosedForms.of(schedule, ClosedForms.MIXTURE);
        var oracle = new GaussianMixtureModel(schedule, ClosedForms.MIXTURE).network(teacher.card().prediction(),
                teacher.card().preconditioning(), teacher.card().timeInput());
        for (String solver : List.of("dpm-solver++-2m", "heun", "unipc-2", "dpm-solver-3s")) {
            if (Planner.solvers(teacher.card()).contains(solver)) {
                shouldKeepTheStates(teacher, oracle, solver);
            }
        }
        assertThat(Planner.solvers(teacher.card())).contains("dpm-solver++-2m", "heun");
    }

    private void shouldKeepTheStates(Checkpoint teacher, Network oracle, String solver) {
        TrajectoryOrder order = order(solver, 16, 9, StateType.F32);
        SamplingPlan plan = order.plan(teacher.card());
        Trajectories made = made(folder.resolve(solver), teacher, order);
        double[] grid = Planner.times(teacher.card(), settings(solver, 16)).times();
        assertThat(made.times()).hasSize(9).isEqualTo(IntStream.range(0, 9).mapToObj(i -> grid[2 * i]).toList());
        assertThat(made.schedule()).isEqualTo(teacher.card().schedule());
        float[] state = new float[2 + 1];
        for (int i : new int[]{0, 1, 63, 64, 127, 128, COUNT - 1}) {
            for (int k = 0; k < 9; k++) {
                made.copyState(i, k, state, 1);
                double[] expected = point(plan, oracle, i % 2, i, 2 * k, 2);
                for (int d = 0; d < 2; d++) {
                    assertThat((double) state[1 + d]).as("%s, trajectory %d, state %d", solver, i, k)
                            .isCloseTo(expected[d], within(1e-4 * Math.max(1, Math.abs(expected[d]))));
                }
            }
        }
    }

    @Test
    void shouldBeTheSamplesOfARequestAndTheirNoise() {
        TrajectoryOrder order = order("dpm-solver++-2m", 8, 2, StateType.F32);
        Trajectories made = made(folder, TEACHER, order);
        int[] labels = IntStream.range(0, COUNT).map(i -> i % 2).toArray();
        List<float[]> samples = TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, TEACHER, NumericProfile.FLOAT32)) {
                return new Sampler(model, new PhiloxNoise(), 64).sample(order.plan(TEACHER.card()), labels, SEED);
            }
        });
        assertThat(made.size()).isEqualTo(COUNT);
        assertThat(made.shape()).containsExactly(2);
        float[] sample = new float[2];
        float[] noise = new float[2];
        for (int i = 0; i < COUNT; i++) {
            made.copy(i, sample, 0);
            assertThat(sample).as("sample %d", i).containsExactly(samples.get(i), within(1e-6f));
            made.copyState(i, 0, sample, 0);
            new PhiloxNoise().fill(NoiseKey.initial(SEED, i), noise);
            assertThat(sample).as("noise %d", i).containsExactly(noise);
            assertThat(made.label(i)).isEqualTo(labels[i]);
        }
    }

    @Test
    void shouldRoundToHalfPrecisionAndNoMore() {
        Trajectories exact = made(folder.resolve("f32"), TEACHER, order("ddim", 8, 5, StateType.F32));
        Trajectories half = made(folder.resolve("f16"), TEACHER, order("ddim", 8, 5, StateType.F16));
        float[] a = new float[2];
        float[] b = new float[2];
        boolean rounded = false;
        for (int i = 0; i < COUNT; i++) {
            for (int k = 0; k < 5; k++) {
                exact.copyState(i, k, a, 0);
                half.copyState(i, k, b, 0);
                for (int d = 0; d < 2; d++) {
                    // 2^-11 of a number, or half a step of the smallest ones.
                    assertThat(b[d]).isCloseTo(a[d], within(Math.max(Math.abs(a[d]) * 0x1p-11f, 0x1p-25f)));
                    rounded |= a[d] != b[d];
                }
            }
        }
        assertThat(rounded).isTrue();
        assertThat(half.standardDeviation()).isCloseTo(exact.standardDeviation(), within(1e-3));
        assertThat(half.sha256()).isNotEqualTo(exact.sha256());
    }

    /** The disk fails in the third write of a kind, or the work is stopped somewhere. */
    private static final class Cut implements Progress {
        private final int writes;
        private final int ticks;
        private int written;
        private int ticked;

        Cut(int writes, int ticks) {
            this.writes = writes;
            this.ticks = ticks;
        }

        @Override
        public boolean stopped() {
            return ++ticked > ticks;
        }

        @Override
        public boolean write(String failure, Write write) throws IOException {
            if (++written > writes) {
                throw new IOException("No space left on device");
            }
            write.run();
            return true;
        }
    }

    private static TreeMap<String, String> content(Path folder) throws IOException {
        var files = new TreeMap<String, String>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> !path.endsWith(".lock")).toList()) {
                files.put(String.valueOf(path.getFileName()),
                        Hashes.sha256(path));
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldEndWithTheSameBytesWhereverADiskRefused(int writes) throws IOException {
        TrajectoryOrder order = order("dpm-solver++-2m", 4, 3, StateType.F16);
        made(folder.resolve("whole"), TEACHER, order);
        Path cut = folder.resolve("cut");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> make(cut, TEACHER, order, new Cut(writes, Integer.MAX_VALUE)))
                .withRootCauseInstanceOf(IOException.class);
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> TrajectoryFolder.open(cut))
                .withMessageContaining(Math.min(COUNT, 64 * writes) + " of " + COUNT + " trajectories");
        assertThat(make(cut, TEACHER, order, ALL)).isTrue();
        assertThat(content(cut)).isEqualTo(content(folder.resolve("whole"))).containsKeys("states.npy", "labels.npy");
    }

    @Test
    void shouldEndWithTheSameBytesWhenStoppedAgainAndAgain() throws IOException {
        TrajectoryOrder order = order("dpm-solver++-2m", 4, 3, StateType.F16);
        made(folder.resolve("whole"), TEACHER, order);
        Path cut = folder.resolve("cut");
        int rounds = 0;
        // Each round gets through one batch of four ticks, and is stopped within the next.
        while (!make(cut, TEACHER, order, new Cut(Integer.MAX_VALUE, 6))) {
            rounds++;
            assertThat(rounds).isLessThan(COUNT);
        }
        assertThat(rounds).isEqualTo(2);
        assertThat(content(cut)).isEqualTo(content(folder.resolve("whole")));
    }

    /** A kill between two of the writer's own steps, each left on the disk as it would be. */
    @Test
    void shouldEndWithTheSameBytesAfterAKillBetweenFiles() throws IOException {
        TrajectoryOrder order = order("dpm-solver++-2m", 4, 3, StateType.F16);
        Path whole = folder.resolve("whole");
        made(whole, TEACHER, order);

        Path torn = folder.resolve("torn");
        assertThat(make(torn, TEACHER, order, new Cut(Integer.MAX_VALUE, 6))).isFalse();
        try (FileChannel part = FileChannel.open(torn.resolve("states.npy.part"), StandardOpenOption.WRITE)) {
            part.write(ByteBuffer.wrap(new byte[]{1, 2, 3, 4, 5}), part.size());
        }
        assertThat(make(torn, TEACHER, order, ALL)).isTrue();
        assertThat(content(torn)).isEqualTo(content(whole));

        Path moved = folder.resolve("moved");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> make(moved, TEACHER, order, new Cut(3, Integer.MAX_VALUE)));
        Files.move(moved.resolve("states.npy.part"), moved.resolve("states.npy"));
        assertThat(make(moved, TEACHER, order, ALL)).isTrue();
        assertThat(content(moved)).isEqualTo(content(whole));
        // What is complete stays as it is.
        var before = content(moved);
        assertThat(make(moved, TEACHER, order, new Cut(1, 0))).isTrue();
        assertThat(content(moved)).isEqualTo(before);
    }

    @Test
    void shouldRefuseAFolderOfSomethingElseByName() {
        made(folder, TEACHER, order("ddim", 4, 3, StateType.F16));
        assertRefused(new TrajectoryOrder(settings("ddim", 4), 3, COUNT, SEED + 1, StateType.F16), "seed is 5, not 6");
        assertRefused(new TrajectoryOrder(settings("ddim", 4), 3, COUNT + 1, SEED, StateType.F16),
                "count is 150, not 151");
        assertRefused(new TrajectoryOrder(settings("ddim", 4).withCfgScale(1.5), 3, COUNT, SEED, StateType.F16),
                "solve.cfgScale is 2.0, not 1.5");
        assertRefused(order("ddim", 4, 2, StateType.F16), "states is [0,2,4], not [0,4]");
        assertRefused(order("ddim", 4, 3, StateType.F32), "store is \"F16\", not \"F32\"");
        Checkpoint other = ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE.reversed());
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> make(folder, other, order("ddim", 4, 3, StateType.F16), ALL))
                .withMessageContaining("teacher.weightsSha256");
    }

    private void assertRefused(TrajectoryOrder order, String what) {
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> make(folder, TEACHER, order, ALL))
                .withMessageContaining(folder.toString()).withMessageContaining(what);
    }

    @Test
    void shouldRefuseWhatIsNotWhole() throws IOException {
        made(folder, TEACHER, order("ddim", 4, 3, StateType.F16));
        Path states = folder.resolve("states.npy");
        byte[] bytes = Files.readAllBytes(states);
        bytes[bytes.length - 1] ^= 1;
        Files.write(states, bytes);
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> TrajectoryFolder.open(folder))
                .withMessageContaining("states.npy has SHA-256");
        Path json = folder.resolve("trajectories.json");
        String text = Files.readString(json);
        Files.writeString(json, text.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> TrajectoryFolder.open(folder))
                .withMessageContaining("formatVersion 2");
        Files.writeString(json, text.replace("\"seed\"", "\"sead\""));
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> TrajectoryFolder.open(folder))
                .withMessageContaining("trajectories.json").withMessageContaining("seed");
        Files.delete(json);
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> make(folder, TEACHER, order("ddim", 4, 3, StateType.F16), ALL))
                .withMessageContaining("choose another folder");
    }

    @Test
    void shouldRefuseOrdersThatGiveNoTrajectories() {
        var card = TEACHER.card();
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> order("euler-ancestral", 8, 2, StateType.F16).plan(card))
                .withMessageContaining("draws noise on its way");
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> order("ddim", 8, 10, StateType.F16).plan(card))
                .withMessageContaining("has 9 states");
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> order("ddim", 8, 1, StateType.F16)).withMessageContaining("at least 2");
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> new TrajectoryOrder(settings("ddim", 8), 2, 0, SEED, StateType.F16))
                .withMessageContaining("at least 1");
    }

    @Test
    void shouldRefuseASecondWriterAndNumbersThatDoNotFit() throws IOException {
        TrajectoryFacts facts = facts(TEACHER, order("ddim", 4, 2, StateType.F16));
        try (TrajectoryWriter writer = TrajectoryWriter.open(folder, facts, 1)) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> TrajectoryWriter.open(folder, facts, 1))
                    .withMessageContaining("somebody else");
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> writer.append(1, new float[]{1, 70_000}))
                    .withMessageContaining("70000.0").withMessageContaining("store f32");
            assertThat(writer.done()).isZero();
        }
    }

    @Test
    void shouldHaveAHashThatDoesNotKnowTheTeachersName() {
        Trajectories made = made(folder.resolve("a"), TEACHER, order("ddim", 4, 3, StateType.F16));
        Trajectories again = made(folder.resolve("b"), TEACHER, order("ddim", 4, 3, StateType.F16));
        Trajectories other = made(folder.resolve("c"), TEACHER, order("heun", 4, 3, StateType.F16));
        assertThat(again.sha256()).isEqualTo(made.sha256()).hasSize(64);
        assertThat(other.sha256()).isNotEqualTo(made.sha256());
    }
}

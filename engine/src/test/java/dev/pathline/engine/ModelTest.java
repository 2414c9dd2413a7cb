package dev.pathline.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.Plans;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.SolverOption;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.diffusion.solver.Step;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.script.NumericProfile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's front door, on the models of this repository. */
class ModelTest {

    private static final Path PICTURES = Path.of("../models/fashion-flow/1");
    private static final Path MIXTURE = Path.of("../models/mixture-2d/1");
    private static final Path GAUSSIAN = Path.of("../models/gaussian-2d/1");
    private static final ModelOptions CPU = ModelOptions.DEFAULT.withDevice("cpu").withProfile("f32");

    private static Model fashion;
    private static Model mixture;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        fashion = Model.open(PICTURES, CPU);
        mixture = Model.open(MIXTURE, CPU);
    }

    @AfterAll
    static void close() {
        fashion.close();
        mixture.close();
    }

    private static List<float[]> bySampler(Path checkpointFolder, SamplingSettings settings, int label, int count,
            long seed) {
        Checkpoint checkpoint = Checkpoint.read(checkpointFolder);
        SamplingPlan plan = Planner.plan(checkpoint.card(), settings);
        int[] labels = IntStream.generate(() -> label).limit(count).toArray();
        return TestDevice.on(() -> {
            try (var model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32)) {
                return new Sampler(model, new PhiloxNoise(), 64).sample(plan, labels, seed);
            }
        });
    }

    @Test
    void shouldGiveTheSamplesOfTheSampler() {
        SamplingSettings settings = SamplingSettings.defaults(true).withSteps(4).withSolver("unipc-2").withCfgScale(3.0)
                .withTimeGrid("karras").withCfgRescale(0.5).withThreshold("clip");

        List<float[]> samples = fashion.sample("Bag").seed(7).count(3).steps(4).solver("unipc-2").cfgScale(3)
                .timeGrid("karras").cfgRescale(0.5).threshold("clip").samples();

        assertThat(samples).hasSize(3).usingRecursiveComparison()
                .isEqualTo(bySampler(PICTURES, settings, 8, 3, 7));
    }

    @Test
    void shouldSampleWithNoiseOnTheWay() {
        SamplingSettings settings = SamplingSettings.defaults(false).withSteps(6).withSolver("ddim").withEta(0.7)
                .withNoise("brownian");

        List<float[]> samples = mixture.sample().seed(11).count(5).steps(6).solver("ddim").eta(0.7).noise("brownian")
                .samples();

        assertThat(samples).usingRecursiveComparison().isEqualTo(
                bySampler(MIXTURE, settings, mixture.card().unlabelledIndex(), 5, 11));
    }

    @Test
    void shouldSampleWithTheOptionsOfASolver() {
        SamplingSettings settings = SamplingSettings.defaults(false).withSteps(8).withSolver("edm-stochastic")
                .withOption(SolverOption.CHURN, 40.0).withOption(SolverOption.CHURN_MIN, 0.05)
                .withOption(SolverOption.CHURN_MAX, 50.0).withOption(SolverOption.CHURN_NOISE, 1.003);

        SampleRequest request = mixture.sample().seed(11).count(5).steps(8).solver("edm-stochastic");

        assertThat(request.options(SolverOptions.Churn.IMAGENET_64).samples()).usingRecursiveComparison().isEqualTo(
                bySampler(MIXTURE, settings, mixture.card().unlabelledIndex(), 5, 11));
        assertThat(request.options(SolverOptions.Churn.CIFAR_10).array().values()).isEqualTo(request.array().values());
        assertThat(request.options(SolverOptions.Churn.IMAGENET_64).array().values())
                .isNotEqualTo(request.array().values());
        assertThatThrownBy(() -> request.options(new SolverOptions.Langevin(2, 0.2)).plan())
                .isInstanceOf(InvalidSettingException.class).hasMessageContaining("has no innerSteps to set");
    }

    /** Euler's method in sigma/alpha, which is DDIM, written by somebody else. */
    private record OwnEuler() implements Solver {
        @Override
        public SolverInfo info() {
            return SolverInfo.of("own-euler", 1, "log-snr", "this test");
        }

        @Override
        public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
            return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, Step::dataBase);
        }
    }

    @Test
    void shouldSampleWithASolverOfOnesOwn() {
        SampleRequest bag = fashion.sample("bag").seed(7).steps(5).cfgScale(3).cfgInterval(0.3, 50);

        float[] own = bag.solver(new OwnEuler()).values();

        assertThat(bag.solver(new OwnEuler()).plan().solver()).isEqualTo("own-euler");
        assertThat(TestDevice.maxDifference(own, bag.solver("ddim").values())).isLessThan(1e-4);
        assertThat(TestDevice.maxDifference(own, bag.solver("heun").values())).isGreaterThan(1e-2);
        // A name takes the place of a solver.
        assertThat(bag.solver(new OwnEuler()).solver("ddim").plan().solver()).isEqualTo("ddim");
    }

    @Test
    void shouldMakeAPicture() throws IOException {
        SampleRequest bag = fashion.sample("bag").seed(7).steps(3);

        BufferedImage image = bag.image();
        bag.save(folder.resolve("bag.png"));

        assertThat(image.getWidth()).isEqualTo(28);
        assertThat(image.getHeight()).isEqualTo(28);
        float[] values = bag.values();
        for (int at = 0; at < values.length; at++) {
            int level = Math.round((Math.clamp(values[at], -1, 1) + 1) * 127.5f);
            assertThat(image.getRGB(at % 28, at / 28)).isEqualTo(0xff << 24 | level << 16 | level << 8 | level);
        }
        BufferedImage saved = ImageIO.read(folder.resolve("bag.png").toFile());
        assertThat(saved.getRGB(0, 0, 28, 28, null, 0, 28)).isEqualTo(image.getRGB(0, 0, 28, 28, null, 0, 28));
    }

    @Test
    void shouldShowColours() {
        BufferedImage image = SamplePictures.of(new float[]{1, -1, 0, -1, 1, 0, -3, 2, -1}, 3, 1, 3);

        assertThat(image.getRGB(0, 0, 3, 1, null, 0, 3)).containsExactly(0xffff0000, 0xff00ffff, 0xff808000);
    }

    @Test
    void shouldMakeVectorsOfAnExactModel() throws IOException {
        try (Model gaussian = Model.open(GAUSSIAN, CPU)) {
            SampleRequest points = gaussian.sample().seed(3).count(4000).steps(12);

            NpyArray array = points.array();
            points.save(folder.resolve("points.npy"));

            assertThat(array.shape()).containsExactly(4000, 2);
            assertThat(Npy.read(folder.resolve("points.npy")).values()).containsExactly(array.values());
            assertThat(array.values()).startsWith(points.count(1).values());
        }
    }

    @Test
    void shouldTakeAClassByItsIndexToo() {
        assertThat(fashion.sample(8).seed(1).steps(2).values())
                .containsExactly(fashion.sample("bag").seed(1).steps(2).values());
    }

    @Test
    void shouldDrawASeedThatTheRequestKeeps() {
        SampleRequest request = mixture.sample(0).steps(2);

        assertThat(request.values()).containsExactly(request.values());
        assertThat(mixture.sample(0).seed(request.seed()).steps(2).values()).containsExactly(request.values());
    }

    @Test
    void shouldTellEveryStep() {
        var steps = new ArrayList<SampleStep>();

        float[] sample = fashion.sample("bag").seed(7).steps(3).onStep(steps::add).values();

        assertThat(steps).extracting(SampleStep::step).containsExactly(1, 2, 3);
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.steps()).isEqualTo(3);
            assertThat(step.sample()).isZero();
            assertThat(step.image().getWidth()).isEqualTo(28);
        });
        assertThat(steps).extracting(SampleStep::noiseLevel).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        // The last step of a solver without noise ends at the prediction itself.
        assertThat(steps.getLast().prediction().values()).containsExactly(sample);
    }

    @Test
    void shouldServeManyThreads() throws ExecutionException, InterruptedException {
        var requests = new ArrayList<SampleRequest>();
        for (int i = 0; i < 6; i++) {
            requests.add((i % 2 == 0 ? fashion.sample(i) : mixture.sample(i % 2)).seed(i).steps(2));
        }
        List<float[]> alone = requests.stream().map(SampleRequest::values).toList();

        var together = new ArrayList<FutureTask<float[]>>();
        for (SampleRequest request : requests) {
            var task = new FutureTask<>(request::values);
            together.add(task);
            Thread.ofVirtual().start(task);
        }

        for (int i = 0; i < requests.size(); i++) {
            assertThat(together.get(i).get()).containsExactly(alone.get(i));
        }
    }

    @Test
    void shouldEndWhatIsUnderWayWhenItIsClosed() throws Exception {
        Model model = Model.open(MIXTURE, CPU);
        var begun = new CountDownLatch(1);
        var first = new FutureTask<>(() -> model.sample(0).steps(1000).solver("annealed-langevin")
                .onStep(step -> begun.countDown()).values());
        Thread.ofPlatform().start(first);
        begun.await();

        model.close();

        assertThatThrownBy(first::get).cause().isInstanceOf(IllegalStateException.class)
                .hasMessage("model 'mixture-2d' is closed");
        assertThatThrownBy(() -> model.sample(0).values()).isInstanceOf(IllegalStateException.class)
                .hasMessage("model 'mixture-2d' is closed");
        model.close();
    }

    @Test
    void shouldNotGoOnForACallerThatIsInterrupted() throws Exception {
        var begun = new CountDownLatch(1);
        var steps = new AtomicInteger();
        var failure = new CompletableFuture<Throwable>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                mixture.sample(0).steps(1000).solver("annealed-langevin").onStep(step -> {
                    steps.incrementAndGet();
                    begun.countDown();
                }).values();
            } catch (RuntimeException e) {
                failure.complete(e);
            }
        });
        begun.await();

        caller.interrupt();

        assertThat(failure.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("interrupted");
        assertThat(mixture.sample(0).steps(1).values()).hasSize(2);
        assertThat(steps).as("one request is made after the other, so the first has ended").hasValueLessThan(1000);
    }

    @Test
    void shouldOpenForACallerThatIsInterrupted() {
        Checkpoint checkpoint = Checkpoint.read(MIXTURE);
        Thread.currentThread().interrupt();

        try (Model model = Model.of(checkpoint, CPU)) {
            assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
            assertThat(model.sample(0).steps(1).values()).hasSize(2);
        }
    }

    @Test
    void shouldFailWithWhatAListenerThrows() {
        SampleRequest request = mixture.sample(0).steps(3);

        assertThatThrownBy(() -> request.onStep(step -> {
            throw new IllegalArgumentException("enough");
        }).values()).hasMessage("enough");
        assertThatThrownBy(() -> request.onStep(step -> request.values()).values())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("a listener of model 'mixture-2d'");
        assertThatThrownBy(() -> request.onStep(step -> mixture.close()).values())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("a listener of model 'mixture-2d'");
        assertThat(request.values()).hasSize(2);
    }

    @Test
    void shouldSayWhatIsNoCheckpoint() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> Model.open(folder.resolve("none"), CPU)).isInstanceOf(CheckpointException.class)
                .hasMessage("there is no folder " + folder.resolve("none"));
        assertThatThrownBy(() -> Model.open(file, CPU)).isInstanceOf(CheckpointException.class)
                .hasMessage(file + " is a file; a checkpoint is a folder");
        assertThatThrownBy(() -> Model.open(folder, CPU)).isInstanceOf(CheckpointException.class)
                .hasMessage(folder + " is no checkpoint: it has no pathline.json");
        assertThatThrownBy(() -> Model.open(Path.of("../models/fashion-flow"), CPU))
                .isInstanceOf(CheckpointException.class)
                .hasMessageEndingWith("it has no pathline.json; ../models/fashion-flow/1 is one");
        assertThatThrownBy(() -> Model.open(PICTURES, CPU.withProfile("f33")))
                .hasMessageContaining("unknown numeric profile 'f33'");
        assertThatThrownBy(() -> Model.open(PICTURES, CPU.withDevice("gpu"))).hasMessageContaining("device 'gpu'");
        assertThatThrownBy(() -> CPU.withThreads(0)).hasMessageContaining("at least 1 thread");
    }

    @Test
    void shouldSayWhatIsWrongWithARequest() {
        assertThatThrownBy(() -> fashion.sample("bagg")).isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("has no class 'bagg' (did you mean bag?); its classes are");
        assertThatThrownBy(() -> fashion.sample(10)).hasMessageContaining("has no class 10");
        assertThatThrownBy(() -> fashion.sample("bag").solver("dimm").values())
                .isInstanceOf(InvalidSettingException.class).hasMessageContaining("it accepts euler");
        assertThatThrownBy(() -> fashion.sample("bag").steps(0).plan()).hasMessageContaining("1 to 1000");
        assertThatThrownBy(() -> fashion.sample().count(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> fashion.sample().count(2).image()).isInstanceOf(IllegalStateException.class)
                .hasMessage("the request is for 2 samples; ask for images()");
        assertThatThrownBy(() -> mixture.sample().image()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("samples of model 'mixture-2d' have shape [2] and are no pictures; ask for values() or"
                        + " array()");
        assertThatThrownBy(() -> mixture.sample().steps(1).onStep(SampleStep::image).values())
                .hasMessageContaining("is no picture");
        assertThatThrownBy(() -> fashion.sample().save(folder.resolve("a.gif"))).hasMessageContaining(".png or .npy");
        assertThatThrownBy(() -> fashion.sample().count(2).save(folder.resolve("a.png")))
                .hasMessageContaining("save them to a file that ends in .npy");
        assertThat(folder).isEmptyDirectory();
    }
}

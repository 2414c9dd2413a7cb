package dev.pathline.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.objective.Drawing;
import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.objective.Row;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before a run, what may rise within it, and what has ended when it has. */
class TrainingRulesTest {

    private static final int STEPS = 300;

    @TempDir
    private Path folder;

    /** Twelve vectors of ones, of which nothing need be read to train. */
    private static Dataset data(Runnable copying) {
        return new Dataset() {
            @Override
            public int size() {
                return 12;
            }

            @Override
            public List<Integer> shape() {
                return List.of(2);
            }

            @Override
            public void copy(int index, float[] target, int offset) {
                copying.run();
                Arrays.fill(target, offset, offset + 2, 1);
            }

            @Override
            public int label(int index) {
                return NO_LABEL;
            }

            @Override
            public double standardDeviation() {
                return 0;
            }

            @Override
            public String sha256() {
                return "ones";
            }
        };
    }

    /** A target that grows by two per cent a batch, as a curriculum's loss may. */
    private static final class Growing implements Objective {

        private final boolean mayRise;
        private final RectifiedFlow flow = RectifiedFlow.DEFAULT;
        private double target = 1;

        Growing(boolean mayRise) {
            this.mayRise = mayRise;
        }

        @Override
        public Recipe recipe() {
            return Recipe.plain(false);
        }

        @Override
        public void draw(Drawing drawing, Row row) {
            target *= 1.02;
            row.input(1, 0.5).data(1);
            row.target().data(target);
        }

        @Override
        public boolean lossMayRise() {
            return mayRise;
        }

        @Override
        public NoiseSchedule schedule() {
            return flow;
        }

        @Override
        public Prediction prediction() {
            return Prediction.DATA;
        }

        @Override
        public Preconditioning preconditioning() {
            return Preconditioning.NONE;
        }

        @Override
        public TimeInput timeInput() {
            return TimeInput.IDENTITY;
        }
    }

    private static Network network() {
        var graph = new Graph();
        Value x = graph.input("x", List.of(2));
        Value time = graph.timeInput("time");
        return graph
                .build(graph.add(graph.linear(x, "map", 2), graph.linear(graph.sinusoid(time, 4, true, 0), "t", 2)));
    }

    private static TrainingTask task(Objective objective, List<Parameter> delivered) {
        return new DenoisingTask(network(), delivered, objective, data(() -> {
        }), AugmentationSettings.NONE, 1, -1, 0, 1);
    }

    private Trainer trainer(TrainingTask task, @Nullable LossLimit limit) {
        var plan = new TrainingPlan(new Budget.Steps(STEPS), new LearningRate(1e-6, 0, 1),
                new AdamW(0.9, 0.99, 1e-8, 0, 1), List.of(new MovingAverage.Constant(0.9)), 1, NumericProfile.FLOAT32,
                4,
                STEPS, STEPS).withLossLimit(limit);
        return new Trainer(TestDevice.TORCH, TestDevice.THREAD, task, plan,
                new Snapshots(folder, Map.of("a", "b"), false), new TrainingListener() {
                });
    }

    @Test
    void shouldEndARunWhoseLossGrowsAndShouldNot() {
        assertThatThrownBy(() -> trainer(task(new Growing(false), network().parameters()), null).run())
                .isInstanceOf(TrainingException.class).hasMessageContaining("the loss has grown to");
    }

    @Test
    void shouldLetALossRiseThatIsMeantTo() {
        assertThat(trainer(task(new Growing(true), network().parameters()), null).run().finished()).isTrue();
    }

    @Test
    void shouldDoWhatThePlanSaysOfTheLoss() {
        assertThat(trainer(task(new Growing(false), network().parameters()), LossLimit.OFF).run().finished()).isTrue();
        folder = folder.resolve("limited");
        assertThatThrownBy(() -> trainer(task(new Growing(true), network().parameters()), new LossLimit(3)).run())
                .isInstanceOf(TrainingException.class).hasMessageContaining("the loss has grown to");
    }

    @Test
    void shouldRefuseToDeliverWhatIsNotTrained() {
        Parameter missing = new Parameter("map.scale", List.of(2), Initializer.ONES, false);
        Parameter wider = new Parameter("map.weight", List.of(2, 3), Initializer.ONES, false);
        assertThatThrownBy(() -> trainer(task(new Growing(true), List.of(missing)), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("delivers map.scale of shape [2]").hasMessageContaining("does not have");
        assertThatThrownBy(() -> trainer(task(new Growing(true), List.of(wider)), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("map.weight of shape [2, 3]").hasMessageContaining("has in shape [2, 2]");
    }

    /** Whoever closes may close the data next; what reads them may take an interrupt for its own. */
    @RepeatedTest(20)
    void shouldWaitForTheBatchThatIsBeingMade() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        var task = new DenoisingTask(network(), network().parameters(), new Growing(true), data(() -> {
            begun.countDown();
            boolean open = false;
            while (!open) {
                try {
                    goOn.await();
                    open = true;
                } catch (InterruptedException e) {
                    // As reading a file goes on.
                }
            }
            ended.set(true);
        }), AugmentationSettings.NONE, 1, -1, 0, 1);
        var ahead = new BatchAhead(task, 1, 100, 1);
        begun.await();
        var closing = CompletableFuture.supplyAsync(() -> {
            // An interrupt does not cut the wait short, and is kept.
            Thread.currentThread().interrupt();
            ahead.close();
            assertThat(Thread.interrupted()).isTrue();
            return ended.get();
        });
        goOn.countDown();

        assertThat(closing.get()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 0.99, 1e-8, 0, 1, beta1", "-0.1, 0.99, 1e-8, 0, 1, beta1", "NaN, 0.99, 1e-8, 0, 1, beta1",
        "0.9, 1, 1e-8, 0, 1, beta2", "0.9, 0.99, 0, 0, 1, epsilon", "0.9, 0.99, Infinity, 0, 1, epsilon",
        "0.9, 0.99, 1e-8, -0.01, 1, weightDecay", "0.9, 0.99, 1e-8, NaN, 1, weightDecay",
        "0.9, 0.99, 1e-8, 0, 0, clipNorm", "0.9, 0.99, 1e-8, 0, Infinity, clipNorm"})
    void shouldRefuseConstantsOfAdamWThatAreNone(double beta1, double beta2, double epsilon, double decay, double clip,
            String name) {
        assertThatThrownBy(() -> new AdamW(beta1, beta2, epsilon, decay, clip))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("AdamW's " + name + " must be");
    }

    @Test
    void shouldRefuseOtherNumbersThatAreNone() {
        assertThatCode(() -> new AdamW(0, 0, 1e-12, 0, 1e-3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new LearningRate(Double.POSITIVE_INFINITY, 0, 1)).hasMessageContaining("finite peak");
        assertThatThrownBy(() -> new LossLimit(1)).hasMessageContaining("above 1");
        assertThatThrownBy(() -> new LossLimit(Double.NaN)).hasMessageContaining("above 1");
        assertThatThrownBy(() -> new Loss.CrossEntropy(1.5)).hasMessageContaining("labelSmoothing must be in [0, 1]");
    }
}

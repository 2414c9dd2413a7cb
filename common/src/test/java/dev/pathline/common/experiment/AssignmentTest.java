package dev.pathline.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.common.experiment.ArmOf.Role;
import dev.pathline.common.experiment.Assignment.Choice;
import dev.pathline.common.experiment.Audience.Group;
import dev.pathline.common.testing.Experiments;
import dev.pathline.common.wire.Json;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    private static final int MANY = 1_000_000;
    /** Of one degree of freedom, in one of a thousand cases. */
    private static final double CHI_SQUARE_OF_3 = 16.27;

    private static Experiment running(ExperimentDesign design) {
        return Experiments.running("one-step", design);
    }

    private static String arm(Experiment experiment, int subject) {
        return Assignment.choose(experiment, "subject-" + subject).arm().name();
    }

    @Test
    void shouldNeverAssignOtherwise() {
        assertThat(Assignment.position("one-step", "ada")).isEqualTo(0.8649856341548379);
        assertThat(Assignment.position("one-step", "grace")).isEqualTo(0.27412530832267845);
        assertThat(Assignment.position("one-step", "Zoë")).isEqualTo(0.29272765747276586);
        assertThat(Assignment.position("other", "ada")).isEqualTo(0.3945775073521439);
        Experiment experiment = running(Experiments.design(1, 2, 1));
        assertThat(IntStream.range(0, 16).mapToObj(subject -> arm(experiment, subject).substring(3)).toList())
                .containsExactly("1", "0", "2", "2", "1", "1", "1", "0", "0", "2", "1", "1", "1", "2", "1", "1");
    }

    @Test
    void shouldGiveEveryArmItsShare() {
        Experiment experiment = running(Experiments.design(50, 30, 20));
        long[] counts = new long[3];
        for (int i = 0; i < MANY; i++) {
            counts[Integer.parseInt(arm(experiment, i).substring(3))]++;
        }
        assertThat(counts[0]).isCloseTo(MANY / 2, within((long) (0.002 * MANY)));
        assertThat(counts[1]).isCloseTo(3 * MANY / 10, within((long) (0.002 * MANY)));
        assertThat(counts[2]).isCloseTo(MANY / 5, within((long) (0.002 * MANY)));
    }

    @Test
    void shouldAssignIndependentlyOfOtherExperiments() {
        Experiment one = running(Experiments.design(1, 1));
        Experiment other = running(Experiments.salted("other", 1, 1));
        double[][] counts = new double[2][2];
        for (int i = 0; i < MANY; i++) {
            counts[arm(one, i).equals("arm0") ? 0 : 1][arm(other, i).equals("arm0") ? 0 : 1]++;
        }
        double chiSquare = 0;
        for (double[] row : counts) {
            for (double count : row) {
                chiSquare += (count - MANY / 4.0) * (count - MANY / 4.0) / (MANY / 4.0);
            }
        }
        assertThat(chiSquare).isLessThan(CHI_SQUARE_OF_3);
        // The same salt is the same assignment: the test would see a dependence.
        assertThat(IntStream.range(0, 1000).filter(i -> arm(one, i).equals(arm(running(Experiments.design(1, 1)), i))))
                .hasSize(1000);
    }

    @Test
    void shouldLeaveOutWhoIsNotPartOfIt() {
        ExperimentDesign design = Experiments.design(1, 1);
        Experiment held = running(Experiments.with(design, new Audience(null, 0.2), Map.of()));
        long outside = IntStream.range(0, 100_000)
                .mapToObj(i -> Assignment.choose(held, "subject-" + i))
                .filter(choice -> choice.role() == Role.OUTSIDE).peek(choice -> assertThat(choice.arm().name())
                        .isEqualTo("arm0"))
                .count();
        assertThat(outside).isCloseTo(20_000, within(500L));

        Experiment first = running(Experiments.with(design, new Audience(new Group("steps", 0, 0.5), 0), Map.of()));
        Experiment second = running(Experiments.with(design, new Audience(new Group("steps", 0.5, 1), 0), Map.of()));
        for (int i = 0; i < 10_000; i++) {
            boolean inFirst = Assignment.choose(first, "subject-" + i).role() == Role.UNIT;
            boolean inSecond = Assignment.choose(second, "subject-" + i).role() == Role.UNIT;
            assertThat(inFirst).as("one of two parts has it").isNotEqualTo(inSecond);
        }
        assertThat(new Group("a", 0, 0.5).meets(new Group("a", 0.4, 1))).isTrue();
        assertThat(new Group("a", 0, 0.5).meets(new Group("a", 0.5, 1))).isFalse();
        assertThat(new Group("a", 0, 0.5).meets(new Group("b", 0, 1))).isFalse();
    }

    @Test
    void shouldServeTestersTheirArmAndStoppedArmsNobody() {
        Experiment experiment = running(Experiments.with(Experiments.design(1, 1), Audience.ALL,
                Map.of("ada", "arm1")));
        Choice choice = Assignment.choose(experiment, "ada");
        assertThat(choice.arm().name()).isEqualTo("arm1");
        assertThat(choice.role()).isEqualTo(Role.TESTER);

        Experiment without = Experiments.running("three", Experiments.design(1, 1, 1)).withoutArm("arm1", "worse",
                new AuditEntry(Instant.EPOCH, "guard rail", "stopped"));
        for (int i = 0; i < 1000; i++) {
            Choice before = Assignment.choose(Experiments.running("three", Experiments.design(1, 1, 1)), "s" + i);
            Choice after = Assignment.choose(without, "s" + i);
            if (before.arm().name().equals("arm1")) {
                assertThat(after.arm().name()).isEqualTo("arm0");
                assertThat(after.role()).as("not counted as the control").isEqualTo(Role.OUTSIDE);
            } else {
                assertThat(after).isEqualTo(before);
            }
        }
    }

    @Test
    void shouldBeReadAsItWasWritten() {
        Experiment experiment = running(Experiments.with(Experiments.design(1, 2),
                new Audience(new Group("steps", 0, 0.5), 0.1), Map.of("ada", "arm1")));
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(experiment), Experiment.class))
                .isEqualTo(experiment);
    }
}

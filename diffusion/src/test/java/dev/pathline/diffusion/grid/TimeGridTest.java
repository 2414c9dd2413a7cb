package dev.pathline.diffusion.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.schedule.Ddpm;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.diffusion.schedule.VarianceExploding;
import dev.pathline.diffusion.schedule.VpLinear;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeGridTest {

    @Test
    void shouldRefuseTimesThatDoNotDecreaseByName() {
        assertThatThrownBy(() -> new TimeGrid("mine", 1, 0.5, 0.5, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time grid 'mine' must decrease strictly, but time 2 is 0.5 after 0.5");
        assertThatThrownBy(() -> new TimeGrid("mine", 1, Double.NaN)).hasMessageContaining("time 1 is NaN");
        assertThatThrownBy(() -> new TimeGrid("mine", 1, -0.1)).hasMessageContaining("not negative");
        assertThatThrownBy(() -> new TimeGrid("mine", 1)).hasMessageContaining("at least two times");
    }

    @Test
    void shouldKeepItsTimesToItself() {
        double[] times = {1, 0.5, 0};
        var grid = new TimeGrid("mine", times);
        times[0] = 7;
        grid.times()[1] = 7;
        assertThat(grid).isEqualTo(new TimeGrid("mine", 1, 0.5, 0)).isNotEqualTo(new TimeGrid("other", 1, 0.5, 0));
        assertThat(grid.steps()).isEqualTo(2);
    }

    @Test
    void shouldSpaceAsItsNameSays() {
        assertThat(TimeGrids.of("time", RectifiedFlow.DEFAULT, 4).times()).containsExactly(1, 0.75, 0.5, 0.25, 0);
        assertThat(TimeGrids.of("time", new RectifiedFlow(3), 2).times()).containsExactly(1, 0.75, 0);
        assertThat(TimeGrids.of("quadratic", VpLinear.DEFAULT, 4).times()).containsExactly(1, 0.5625, 0.25, 0.0625, 0);
        double[] logSnr = TimeGrids.of("log-snr", VpLinear.DEFAULT, 20, 1, 1e-3).times();
        assertThat(logSnr[1]).isCloseTo(0.950890144015, within(1e-12));
        assertThat(logSnr[2]).isCloseTo(0.899122932337, within(1e-12));
        assertThat(logSnr[3]).isCloseTo(0.844223146566, within(1e-12));
    }

    @Test
    void shouldEndKarrasAndExponentialAsPublished() {
        double[] karras = TimeGrids.of("karras", Edm.DEFAULT, 18).times();
        assertThat(karras).hasSize(19).startsWith(80).endsWith(0);
        assertThat(karras[1]).isCloseTo(57.585984721248, within(1e-11));
        assertThat(karras[2]).isCloseTo(40.785573796508, within(1e-11));
        assertThat(karras[16]).isCloseTo(0.007528019963, within(1e-12));
        assertThat(karras[17]).isCloseTo(0.002, within(1e-15));
        double[] exponential = TimeGrids.of("exponential", Edm.DEFAULT, 3).times();
        assertThat(exponential[1]).isCloseTo(Math.sqrt(80 * 0.002), within(1e-15));
        assertThat(exponential[2]).isCloseTo(0.002, within(1e-15));
        assertThat(TimeGrids.of("karras", Edm.DEFAULT, 18, 80, 0.002).times()).hasSize(19).endsWith(0.002);
    }

    @Test
    void shouldMoveTheLastPointOfLogSnrToCleanData() {
        assertThat(TimeGrids.of("log-snr", Edm.DEFAULT, 2).time(1)).isCloseTo(Math.sqrt(80 * 0.002), within(1e-15));
    }

    @Test
    void shouldStartAtPureNoiseAndGoOnFromEdmsLargestLevel() {
        for (NoiseSchedule schedule : List.of(RectifiedFlow.DEFAULT, TrigFlow.DEFAULT, new TrigFlow(0.5),
                Ddpm.linear(1e-4, 0.02, 1000, true), Ddpm.scaledLinear(0.00085, 0.012, 1000, true))) {
            for (String name : new String[]{"log-snr", "karras", "exponential"}) {
                TimeGrid grid = TimeGrids.of(name, schedule, 1000);
                assertThat(grid.start()).as(name).isEqualTo(schedule.maxTime());
                assertThat(schedule.noiseRatio(grid.time(1))).as(name).isBetween(78.0, 80.0);
            }
        }
    }

    @Test
    void shouldDecreaseFromTheStartToZeroForEveryScheduleAndLength() {
        for (NoiseSchedule schedule : NoiseSchedules.all()) {
            for (String name : TimeGrids.names(schedule)) {
                for (int steps : new int[]{1, 2, 3, 7, 20, 39, 333, 501, 995}) {
                    if (name.equals("karras-leading") && steps >= schedule.timeIndices()) {
                        continue;
                    }
                    TimeGrid grid = TimeGrids.of(name, schedule, steps);
                    assertThat(grid.steps()).isEqualTo(steps);
                    if (!name.equals("leading") && !name.equals("leading-open")) {
                        assertThat(grid.start()).isEqualTo(schedule.maxTime());
                    }
                    assertThat(grid.end()).isZero();
                }
            }
        }
    }

    /** As many steps as training has indices: no time is noisier than the noisiest that was trained. */
    @Test
    void shouldStayWithinTheIndicesWhereEachIsAStep() {
        for (int count : new int[]{2, 3, 10, 50, 1000}) {
            for (NoiseSchedule schedule : List.of(Ddpm.linear(1e-4, 0.02, count, false),
                    Ddpm.squaredCosine(count, false))) {
                for (String name : List.of("leading", "linspace", "trailing", "leading-open", "linspace-open")) {
                    TimeGrid grid = TimeGrids.of(name, schedule, count);
                    assertThat(grid.start()).as("%s of %d", name, count).isLessThanOrEqualTo(schedule.maxTime());
                    assertThat(grid.steps()).isEqualTo(count);
                }
            }
        }
    }

    @Test
    void shouldRefuseWhatItCannotMake() {
        assertThatThrownBy(() -> TimeGrids.of("cubic", Edm.DEFAULT, 3))
                .hasMessage("unknown time grid 'cubic'; known are time, leading, linspace, trailing,"
                        + " leading-open, linspace-open, linspace-unrounded, quadratic, log-snr, karras, exponential,"
                        + " karras-leading");
        assertThatThrownBy(() -> TimeGrids.of("karras", Edm.DEFAULT, 0)).hasMessageContaining("at least 1 step");
        assertThatThrownBy(() -> TimeGrids.of("quadratic", Edm.DEFAULT, 3, 1, 2))
                .hasMessageContaining("decrease strictly");
        assertThatThrownBy(() -> TimeGrids.of("log-snr", VpLinear.DEFAULT, 3, -1, 0))
                .hasMessageContaining("time grid 'log-snr'").hasMessageContaining("time 0 is -1.0");
    }

    @Test
    void shouldRefuseEvenTimesWhereTimeIsTheNoiseLevel() {
        for (String name : List.of("time", "leading", "linspace", "trailing", "leading-open", "linspace-open",
                "linspace-unrounded")) {
            assertThat(TimeGrids.names(Edm.DEFAULT)).doesNotContain(name);
            assertThatThrownBy(() -> TimeGrids.of(name, Edm.DEFAULT, 3)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("time grid '" + name + "' does not fit schedule 'edm'")
                    .hasMessageEndingWith("use quadratic, log-snr, karras, exponential, karras-leading");
        }
        assertThat(TimeGrids.names(VarianceExploding.DEFAULT))
                .isEqualTo(TimeGrids.names().stream().filter(name -> !name.equals("karras-leading")).toList());
        assertThatThrownBy(() -> TimeGrids.of("karras-leading", VpLinear.DEFAULT, 3))
                .hasMessageStartingWith("time grid 'karras-leading' does not fit schedule 'vp-linear', which is not one"
                        + " of noise levels; use time");
    }

    /** What diffusers' CMStochasticIterativeScheduler makes of 40 levels in 2 steps, and of 201 in 3. */
    @Test
    void shouldChooseFromTheLevelsOfAConsistencyModel() {
        double[] two = TimeGrids.of("karras-leading", Edm.DEFAULT, 2, 80, 0.002).times();
        assertThat(two).startsWith(80).endsWith(0.002);
        assertThat(two[1]).isCloseTo(2.2404397, within(1e-6));
        assertThat(TimeGrids.of("karras-leading", new Edm(0.002, 80, 201), 3, 80, 0.002).times()[2])
                .isCloseTo(0.4524493, within(1e-6));
        assertThatThrownBy(() -> TimeGrids.of("karras-leading", Edm.DEFAULT, 40)).hasMessageContaining("40 indices");
    }

    /** EulerDiscreteScheduler has times between the indices. */
    @Test
    void shouldNotRoundWhatEulerDoesNot() {
        double[] times = TimeGrids.of("linspace-unrounded", Ddpm.linear(1e-4, 0.02, 1000, false), 7).times();
        assertThat(times).containsExactly(new double[]{1, 0.8335, 0.667, 0.5005, 0.334, 0.1675, 0.001, 0},
                within(1e-15));
    }

    /** What diffusers' FlowMatchEulerDiscreteScheduler makes of shift 3 and 3 steps: the last is shifted twice. */
    @Test
    void shouldShiftTheEndOfFlowMatchingTwice() {
        double[] times = TimeGrids.of("linspace-unrounded", new RectifiedFlow(3), 3).times();
        double last = 0.003 / 1.002;
        double middle = (1 + last) / 2;
        assertThat(times).containsExactly(new double[]{1, 3 * middle / (1 + 2 * middle), 3 * last / (1 + 2 * last), 0},
                within(1e-15));
    }

    @Test
    void shouldRefuseMoreStepsThanTraining() {
        var schedule = Ddpm.linear(1e-3, 0.1, 50, false);
        for (String name : List.of("leading", "linspace", "trailing")) {
            assertThat(TimeGrids.of(name, schedule, 50).times()).as(name)
                    .containsExactly(IntStream.rangeClosed(0, 50).mapToDouble(i -> (50 - i) / 50.0).toArray());
            assertThatThrownBy(() -> TimeGrids.of(name, schedule, 51)).hasMessage("time grid '" + name
                    + "' takes its times from the 50 indices of schedule 'ddpm-linear' and cannot have"
                    + " 51 steps");
        }
    }

    /** The timesteps that diffusers' DDIMScheduler makes of 1000 training steps. */
    @ParameterizedTest
    @CsvSource({
        "leading, 7, 852 710 568 426 284 142 0",
        "leading, 4, 750 500 250 0",
        "leading, 1, 0",
        "linspace, 7, 999 832 666 500 333 166 0",
        "linspace, 4, 999 666 333 0",
        "linspace, 1, 999",
        "trailing, 7, 999 856 713 570 428 285 142",
        "trailing, 4, 999 749 499 249",
        "trailing, 1, 999",
        // Of DPMSolverMultistepScheduler and UniPCMultistepScheduler
        "linspace-open, 7, 999 856 714 571 428 285 143",
        "linspace-open, 4, 999 749 500 250",
        "linspace-open, 1, 999",
        "leading-open, 7, 875 750 625 500 375 250 125",
        "leading-open, 4, 800 600 400 200",
        "leading-open, 1, 500"})
    void shouldChooseTheIndicesOfDiffusers(String name, int steps, String indices) {
        double[] expected = Arrays.stream(indices.split(" ")).mapToDouble(i -> (Integer.parseInt(i) + 1) / 1000.0)
                .toArray();
        double[] times = TimeGrids.of(name, Ddpm.linear(1e-4, 0.02, 1000, false), steps).times();
        assertThat(Arrays.copyOf(times, steps)).containsExactly(expected);
        assertThat(times[steps]).isZero();
        double[] angles = TimeGrids.of(name, TrigFlow.DEFAULT, steps).times();
        assertThat(angles[0]).isEqualTo(expected[0] * Math.PI / 2);
        assertThat(TimeGrids.of("trailing", Ddpm.squaredCosine(1000, false), steps).start()).isEqualTo(0.996);
        double[] shifted = TimeGrids.of(name, new RectifiedFlow(3), steps).times();
        assertThat(shifted[0]).isEqualTo(3 * expected[0] / (1 + 2 * expected[0]));
    }
}

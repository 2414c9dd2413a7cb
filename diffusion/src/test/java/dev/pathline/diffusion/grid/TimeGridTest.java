package dev.pathline.diffusion.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import org.junit.jupiter.api.Test;

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
    void shouldStartRectifiedFlowAtPureNoiseAndGoOnFromEdmsLargestLevel() {
        var flow = RectifiedFlow.DEFAULT;
        for (String name : new String[]{"log-snr", "karras", "exponential"}) {
            TimeGrid grid = TimeGrids.of(name, flow, 1000);
            assertThat(grid.start()).as(name).isEqualTo(1);
            assertThat(flow.noiseRatio(grid.time(1))).as(name).isBetween(78.0, 80.0);
        }
    }

    @Test
    void shouldDecreaseFromTheStartToZeroForEveryScheduleAndLength() {
        for (NoiseSchedule schedule : NoiseSchedules.all()) {
            for (String name : TimeGrids.names()) {
                for (int steps : new int[]{1, 2, 3, 20, 1000}) {
                    TimeGrid grid = TimeGrids.of(name, schedule, steps);
                    assertThat(grid.steps()).isEqualTo(steps);
                    assertThat(grid.start()).isEqualTo(schedule.maxTime());
                    assertThat(grid.end()).isZero();
                }
            }
        }
    }

    @Test
    void shouldRefuseWhatItCannotMake() {
        assertThatThrownBy(() -> TimeGrids.of("cubic", Edm.DEFAULT, 3))
                .hasMessage("unknown time grid 'cubic'; known are time, quadratic, log-snr, karras, exponential");
        assertThatThrownBy(() -> TimeGrids.of("time", Edm.DEFAULT, 0)).hasMessageContaining("at least 1 step");
        assertThatThrownBy(() -> TimeGrids.of("time", Edm.DEFAULT, 3, 1, 2)).hasMessageContaining("decrease strictly");
    }
}

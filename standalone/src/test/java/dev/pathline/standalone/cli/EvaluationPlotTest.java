package dev.pathline.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.evaluation.report.EvaluationIdentity;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import dev.pathline.engine.evaluation.report.Measurement;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.metrics.Estimate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationPlotTest {

    @Test
    void shouldDrawAMetricWithItsFloorAndRefuseOneThatIsNotThere() {
        var report = new EvaluationReport(new EvaluationIdentity("tiny", "w", "classifier", "c", "train", "test", 30, 1,
                "f32", "1"), List.of("a", "b"), 90, List.of(), Map.of(Metric.FRECHET, new Estimate(1, 0.5, 1.5)), null,
                List.of(measured(3, 4), measured(2, 6)));
        String plot = EvaluationPlot.svg(report, Metric.FRECHET);

        assertThat(plot).contains("class=\"band\"", "real images", "euler, guidance 2", "network evaluations");
        assertThat(plot.split("class=\"interval", -1)).hasSize(3);
        assertThatThrownBy(() -> EvaluationPlot.svg(report, Metric.ENERGY)).hasMessageContaining("was not measured");
    }

    private static Measurement measured(int steps, double distance) {
        return new Measurement(new EvaluationSetting("euler", "time", steps, 2, "", steps, 2 * steps, "plan " + steps),
                1,
                Map.of(Metric.FRECHET, new Estimate(distance, distance - 1, distance + 1)), null);
    }
}

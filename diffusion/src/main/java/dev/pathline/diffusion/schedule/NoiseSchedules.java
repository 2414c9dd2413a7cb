package dev.pathline.diffusion.schedule;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes schedules from their specifications. */
public final class NoiseSchedules {

    /** One of each schedule, with the published parameters. */
    private static final List<NoiseSchedule> DEFAULTS = List.of(
            VpLinear.DEFAULT,
            VpCosine.DEFAULT,
            Ddpm.linear(1e-4, 0.02, 1000, false),
            Ddpm.scaledLinear(0.00085, 0.012, 1000, false),
            Ddpm.squaredCosine(1000, false),
            SubVp.DEFAULT,
            VarianceExploding.DEFAULT,
            Edm.DEFAULT,
            RectifiedFlow.DEFAULT,
            TrigFlow.DEFAULT);

    private NoiseSchedules() {}

    /** Returns one of each schedule, with its published parameters. */
    public static List<NoiseSchedule> all() {
        return DEFAULTS;
    }

    /** Returns the names that {@link #of} knows. */
    public static List<String> names() {
        return DEFAULTS.stream().map(NoiseSchedule::name).toList();
    }

    /**
     * Makes the schedule that {@code spec} describes; parameters that it leaves out have the published values.
     *
     * @throws IllegalArgumentException if the name or a parameter is unknown, or a value is out of range; the message
     *         names it and says what is accepted
     */
    public static NoiseSchedule of(ScheduleSpec spec) {
        NoiseSchedule published = DEFAULTS.stream()
                .filter(schedule -> schedule.name().equals(spec.name()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown schedule '" + spec.name() + "'; known are " + String.join(", ", names())));
        var parameters = new TreeMap<>(published.spec().parameters());
        spec.parameters().forEach((name, value) -> {
            if (parameters.put(name, value) == null) {
                throw new IllegalArgumentException("schedule '" + spec.name() + "' has no parameter '" + name
                        + "'; it has "
                        + String.join(", ", published.spec().parameters().keySet().stream().sorted().toList()));
            }
        });
        // The discrete ones hold a table; the published ones' is made once.
        return parameters.equals(published.spec().parameters()) ? published : make(published, parameters);
    }

    private static NoiseSchedule make(NoiseSchedule published, Map<String, Double> parameters) {
        return switch (published.name()) {
            case VpLinear.NAME -> new VpLinear(value(parameters, "beta0"), value(parameters, "beta1"));
            case VpCosine.NAME -> new VpCosine(value(parameters, "offset"));
            case Ddpm.LINEAR -> Ddpm.linear(value(parameters, "betaStart"), value(parameters, "betaEnd"),
                    trainingSteps(parameters), zeroTerminalSnr(parameters));
            case Ddpm.SCALED_LINEAR -> Ddpm.scaledLinear(value(parameters, "betaStart"), value(parameters, "betaEnd"),
                    trainingSteps(parameters), zeroTerminalSnr(parameters));
            case Ddpm.SQUARED_COSINE -> Ddpm.squaredCosine(trainingSteps(parameters), zeroTerminalSnr(parameters));
            case SubVp.NAME -> new SubVp(value(parameters, "beta0"), value(parameters, "beta1"));
            case VarianceExploding.NAME ->
                new VarianceExploding(value(parameters, "sigmaMin"), value(parameters, "sigmaMax"));
            case Edm.NAME -> new Edm(value(parameters, "sigmaMin"), value(parameters, "sigmaMax"),
                    whole(parameters, "levels"));
            case RectifiedFlow.NAME -> new RectifiedFlow(value(parameters, "shift"));
            case TrigFlow.NAME -> new TrigFlow(value(parameters, "sigmaData"));
            default -> throw new IllegalStateException("no maker for schedule '" + published.name() + "'");
        };
    }

    private static int trainingSteps(Map<String, Double> parameters) {
        return whole(parameters, "trainingSteps");
    }

    private static int whole(Map<String, Double> parameters, String name) {
        double count = value(parameters, name);
        if (count != (int) count) {
            throw new IllegalArgumentException(name + " must be a whole number, not " + count);
        }
        return (int) count;
    }

    private static boolean zeroTerminalSnr(Map<String, Double> parameters) {
        double flag = value(parameters, "zeroTerminalSnr");
        if (flag != 0 && flag != 1) {
            throw new IllegalArgumentException("zeroTerminalSnr must be 1, for yes, or 0, not " + flag);
        }
        return flag == 1;
    }

    private static double value(Map<String, Double> parameters, String name) {
        Double value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the published schedule lacks '" + name + "'");
        }
        return value;
    }
}

package dev.pathline.engine.objective;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.Map;

/** Settings in memory: those that are given by their full names, and the defaults of all others. */
public record DefaultSettings(String prefix, Map<String, Object> given) implements ObjectiveSettings {

    public static DefaultSettings of(Map<String, Object> given) {
        return new DefaultSettings("", given);
    }

    private Object value(String name, Object standard) {
        return given.getOrDefault(prefix + name, standard);
    }

    @Override
    public double number(String name, Range range, double standard) {
        return ((Number) value(name, standard)).doubleValue();
    }

    @Override
    public int whole(String name, int least, int standard) {
        return ((Number) value(name, standard)).intValue();
    }

    @Override
    public String word(String name, String standard, List<String> words) {
        return (String) value(name, standard);
    }

    @Override
    public boolean has(String name) {
        return given.containsKey(prefix + name);
    }

    @Override
    public ObjectiveSettings group(String name) {
        return new DefaultSettings(prefix + name + ".", given);
    }

    @Override
    public TimeDistribution times(String name, NoiseSchedule schedule, TimeDistribution standard) {
        return standard;
    }

    @Override
    public void problem(String name, String what) {
        throw new IllegalArgumentException(name + " " + what);
    }
}

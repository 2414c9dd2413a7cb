package dev.pathline.engine.objective;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * Where the settings of an objective are read from: by name, each with its range and its default. What is out of range is
 * reported by whoever holds the settings and replaced by the default, so that all mistakes are found at once.
 */
public interface ObjectiveSettings {

    /** The ranges of numbers. */
    enum Range {
        /** Any finite number. */
        ANY,
        /** Above 0. */
        POSITIVE,
        /** 0 and above. */
        FROM_ZERO,
        /** From 0 to 1, both included. */
        SHARE,
        /** From 0 to below 1. */
        BELOW_ONE
    }

    /** Returns a number. */
    double number(String name, Range range, double standard);

    /** Returns a whole number that is at least {@code least}. */
    int whole(String name, int least, int standard);

    /** Returns one of some words. */
    String word(String name, String standard, List<String> words);

    /** Returns whether a setting is given. */
    boolean has(String name);

    /** Returns a group of settings, all with their defaults where the group is absent. */
    ObjectiveSettings group(String name);

    /**
     * Returns a law of times or noise levels: the group of that name.
     *
     * @param standard what is meant where it is absent
     */
    TimeDistribution times(String name, NoiseSchedule schedule, TimeDistribution standard);

    /** Says that a setting does not work, with the words that follow its name. */
    void problem(String name, String what);
}

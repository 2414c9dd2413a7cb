package dev.pathline.trainer.specification.objective;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.objective.ObjectiveSettings;
import dev.pathline.engine.objective.TimeDistribution;
import dev.pathline.trainer.specification.fields.SpecFields;
import dev.pathline.trainer.specification.fields.SpecRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of an objective in a specification's section.
 *
 * @param fields the section or group that is read
 * @param groups the groups that were asked for, in which nothing else may be
 */
record SpecSettings(SpecFields fields, List<SpecFields> groups) implements ObjectiveSettings {

    /** The settings of a section. */
    SpecSettings(SpecFields fields) {
        this(fields, new ArrayList<>());
    }

    /** Reports what is in a group and was not asked for. */
    void refuseOthers() {
        groups.forEach(SpecFields::refuseOthers);
    }

    @Override
    public double number(String name, Range range, double standard) {
        return fields.number(name, switch (range) {
            case ANY -> SpecRange.ANY;
            case POSITIVE -> SpecRange.POSITIVE;
            case FROM_ZERO -> SpecRange.FROM_ZERO;
            case SHARE -> SpecRange.SHARE;
            case BELOW_ONE -> SpecRange.DECAY;
        }, standard);
    }

    @Override
    public int whole(String name, int least, int standard) {
        return (int) fields.whole(name, least, Integer.MAX_VALUE, (long) standard);
    }

    @Override
    public String word(String name, String standard, List<String> words) {
        return fields.word(name, standard, words);
    }

    @Override
    public boolean has(String name) {
        return fields.has(name);
    }

    @Override
    public ObjectiveSettings group(String name) {
        SpecFields group = fields.optionalObject(name);
        groups.add(group);
        return new SpecSettings(group, groups);
    }

    @Override
    public TimeDistribution times(String name, NoiseSchedule schedule, TimeDistribution standard) {
        return ObjectiveFields.times(fields, fields.optionalObject(name), schedule, standard);
    }

    @Override
    public void problem(String name, String what) {
        fields.problem(name, what);
    }
}

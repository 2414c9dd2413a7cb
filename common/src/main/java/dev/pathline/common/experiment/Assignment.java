package dev.pathline.common.experiment;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Who takes which arm: a pure function of the experiment's salt and the unit, so that every replica says the same without asking
 * anybody, today and after a restart.
 *
 * <p>The position of a unit is the first half of MurmurHash3 x64 128 (seed 0) of the UTF-8 bytes of {@code salt/unit}, its upper 53
 * bits as a fraction in [0, 1). Arms have consecutive parts of [0, 1) in the order in which they are declared, as long as their shares of
 * the weights.
 */
public final class Assignment {

    private static final int DOUBLE_BITS = 53;

    private Assignment() {}

    /**
     * What a unit is served.
     *
     * @param arm the arm
     * @param role why
     */
    public record Choice(Arm arm, ArmOf.Role role) {}

    /** Returns the position of a unit, in [0, 1). */
    public static double position(String salt, String unit) {
        byte[] key = (salt + "/" + unit).getBytes(StandardCharsets.UTF_8);
        long bits = MurmurHash3.hash128x64(key, 0, key.length, 0)[0];
        return (bits >>> (Long.SIZE - DOUBLE_BITS)) * 0x1.0p-53;
    }

    /**
     * Returns what a unit is served. A unit of an arm that was stopped, one of another experiment's part of the group, and one that is held out
     * get the control, and are not counted: were they, the control would be of other units than the arms.
     */
    public static Choice choose(Experiment experiment, String unit) {
        ExperimentDesign design = experiment.design();
        String override = design.overrides().get(unit);
        if (override != null) {
            return new Choice(design.arm(override), ArmOf.Role.TESTER);
        }
        Arm arm = armAt(design.arms(), position(design.salt(), unit));
        boolean inside = design.audience().has(design.salt(), unit) && !experiment.stopped().containsKey(arm.name());
        return inside ? new Choice(arm, ArmOf.Role.UNIT) : new Choice(design.control(), ArmOf.Role.OUTSIDE);
    }

    private static Arm armAt(List<Arm> arms, double position) {
        double all = arms.stream().mapToDouble(Arm::weight).sum();
        double end = 0;
        for (Arm arm : arms) {
            end += arm.weight();
            if (position * all < end) {
                return arm;
            }
        }
        return arms.getLast();
    }
}

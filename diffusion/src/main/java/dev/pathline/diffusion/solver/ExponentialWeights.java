package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.plan.Combination;
import java.util.List;

/**
 * What a prediction {@code m(s) = sum_k D_k s^k / k!} contributes to a step of an exponential integrator from {@code s = 0}
 * to 1: {@code -S z int_0^1 e^{z (1 - s)} m(s) ds = -S z sum_k phi_{k+1}(z) D_k}.
 *
 * @param scale {@code S}
 * @param z the exponent, finite and not 0
 */
public record ExponentialWeights(
        double scale,
        double z) {

    /** Returns the weight of {@code D_k}, {@code -S z phi_{k+1}(z)}, for {@code k} from 0 to 3. */
    public double weight(int k) {
        return -scale * z * Phi.of(k + 1, z);
    }

    /**
     * Returns what {@code D_1, D_2, ...} contribute.
     *
     * @param derivatives {@code D_0, D_1, ...}, of which the first is not looked at: it is the base
     * @param linear the rule for {@code D_1} where there is no {@code D_2}
     */
    public Combination change(List<Combination> derivatives, LinearRule linear) {
        if (derivatives.size() == 2) {
            return derivatives.get(1).times(linear.weight(this));
        }
        Combination sum = Combination.X.times(0);
        for (int k = 1; k < derivatives.size(); k++) {
            sum = sum.plus(derivatives.get(k).times(weight(k)));
        }
        return sum;
    }
}

package dev.pathline.diffusion.prediction;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * What a network predicts. Every prediction is a combination {@code P = a x_0 + b eps}, and {@code x = alpha x_0 + sigma
 * eps}, so two predictions and {@code x} are linked by two-by-two determinants: with {@code D_P = alpha b - sigma a},
 *
 * <pre>{@code Q = c x_0 + d eps = ((c b - d a) x + D_Q P) / D_P}</pre>
 *
 * <p>That one formula is the whole table of conversions of 'The Principles of Diffusion Models' (arXiv 2510.21890);
 * {@code D} is {@code -sigma} for data, {@code alpha} for noise, {@code -alpha/sigma} for the score,
 * {@code Delta = alpha sigma' - sigma alpha'} for the velocity and {@code alpha^2 + sigma^2} for {@code V_PREDICTION}.
 * A conversion is singular exactly where the source's {@code D} vanishes: from noise and score at {@code alpha = 0}, and
 * from data at {@code sigma = 0}; it then has infinite or NaN weights.
 */
public enum Prediction {
    /** The noise, {@code eps}. */
    NOISE {
        @Override
        public double dataWeight(NoiseSchedule schedule, double t) {
            return 0;
        }

        @Override
        public double noiseWeight(NoiseSchedule schedule, double t) {
            return 1;
        }

        @Override
        double determinant(NoiseSchedule schedule, double t) {
            return schedule.alpha(t);
        }
    },
    /** The data, {@code x_0}. */
    DATA {
        @Override
        public double dataWeight(NoiseSchedule schedule, double t) {
            return 1;
        }

        @Override
        public double noiseWeight(NoiseSchedule schedule, double t) {
            return 0;
        }

        @Override
        double determinant(NoiseSchedule schedule, double t) {
            return -schedule.sigma(t);
        }
    },
    /** The score, {@code grad log p_t(x) = -eps / sigma}. */
    SCORE {
        @Override
        public double dataWeight(NoiseSchedule schedule, double t) {
            return 0;
        }

        @Override
        public double noiseWeight(NoiseSchedule schedule, double t) {
            return -1 / schedule.sigma(t);
        }

        @Override
        double determinant(NoiseSchedule schedule, double t) {
            return -schedule.alpha(t) / schedule.sigma(t);
        }
    },
    /**
     * The velocity of the probability-flow ODE, {@code v = alpha' x_0 + sigma' eps}: flow matching's target, for
     * rectified flow {@code eps - x_0}. Not to be mixed up with {@link #V_PREDICTION}.
     */
    VELOCITY {
        @Override
        public double dataWeight(NoiseSchedule schedule, double t) {
            return schedule.dAlpha(t);
        }

        @Override
        public double noiseWeight(NoiseSchedule schedule, double t) {
            return schedule.dSigma(t);
        }

        @Override
        double determinant(NoiseSchedule schedule, double t) {
            return schedule.delta(t);
        }
    },
    /**
     * A flow map's average velocity {@code u(x, t, s)}, which jumps by {@code Psi = x - (t - s) u}: MeanFlow and its
     * relatives, and shortcut models (arXiv 2505.13447, equation 3). At {@code s = t} it is {@link #VELOCITY}.
     */
    AVERAGE_VELOCITY {
        @Override
        public double dataWeight(NoiseSchedule schedule, double t) {
            return VELOCITY.dataWeight(schedule, t);
        }

        @Override
        public double noiseWeight(NoiseSchedule schedule, double t) {
            return VELOCITY.noiseWeight(schedule, t);
        }

        @Override
        double determinant(NoiseSchedule schedule, double t) {
            return VELOCITY.determinant(schedule, t);
        }

        @Override
        public Affine toEndpoint(NoiseSchedule schedule, double t, double target) {
            return new Affine(1, target - t);
        }

        @Override
        public Affine toData(NoiseSchedule schedule, double t, double target) {
            if (target == t) {
                return toData(schedule, t);
            }
            // The step of a constant prediction, solved for it.
            Affine step = Affine.dataStep(schedule, t, target);
            return new Affine((1 - step.x()) / step.output(), (target - t) / step.output());
        }
    },
    /** Salimans and Ho's v, {@code alpha eps - sigma x_0} (arXiv 2202.00512, appendix D); diffusers' "v_prediction". */
    V_PREDICTION {
        @Override
        public double dataWeight(NoiseSchedule schedule, double t) {
            return -schedule.sigma(t);
        }

        @Override
        public double noiseWeight(NoiseSchedule schedule, double t) {
            return schedule.alpha(t);
        }

        @Override
        double determinant(NoiseSchedule schedule, double t) {
            double alpha = schedule.alpha(t);
            double sigma = schedule.sigma(t);
            return alpha * alpha + sigma * sigma;
        }
    };

    /** Returns {@code a} in {@code P = a x_0 + b eps}. */
    public abstract double dataWeight(NoiseSchedule schedule, double t);

    /** Returns {@code b} in {@code P = a x_0 + b eps}. */
    public abstract double noiseWeight(NoiseSchedule schedule, double t);

    /** Returns {@code alpha b - sigma a}, in the form that does not cancel. */
    abstract double determinant(NoiseSchedule schedule, double t);

    /** Returns the map from this prediction at {@code (x, t)} to {@code target} at the same {@code (x, t)}. */
    public Affine to(Prediction target, NoiseSchedule schedule, double t) {
        if (target == this) {
            return Affine.OUTPUT;
        }
        double determinant = determinant(schedule, t);
        double cross = target.dataWeight(schedule, t) * noiseWeight(schedule, t)
                - target.noiseWeight(schedule, t) * dataWeight(schedule, t);
        return new Affine(cross / determinant, target.determinant(schedule, t) / determinant);
    }

    /**
     * Returns the map from a flow map's output at {@code (x, t)} to {@code Psi}, where it takes {@code x} at time
     * {@code target <= t}. For all but the average velocity the output stands for a prediction of {@code x_0} that is
     * constant on the way: a consistency function where {@code target = 0} (arXiv 2303.01469), CTM's {@code g} in
     * {@code G = (s/t) x + (1 - s/t) g} elsewhere (arXiv 2310.02279), both for any schedule.
     */
    public Affine toEndpoint(NoiseSchedule schedule, double t, double target) {
        return Affine.dataStep(schedule, t, target).after(toData(schedule, t));
    }

    /** Returns the map to the prediction of {@code x_0}. */
    public Affine toData(NoiseSchedule schedule, double t) {
        return to(DATA, schedule, t);
    }

    /**
     * Returns the map from a flow map's output for the jump from {@code t} to {@code target <= t} to the data that stand for
     * that jump: the constant prediction of {@code x_0} that takes {@code x} where {@link #toEndpoint} does, so
     * {@code Psi = a x + b D} with {@code (a, b)} of {@link Affine#dataStep}. At {@code target = 0} it is the end itself, and
     * in a jump of no length the field's prediction. An average velocity is no velocity at {@code t} but on straight paths,
     * so {@link #toData(NoiseSchedule, double)} says nothing of the data of its jumps.
     */
    public Affine toData(NoiseSchedule schedule, double t, double target) {
        return toData(schedule, t);
    }

    /** Returns the map to the prediction of {@code eps}. */
    public Affine toNoise(NoiseSchedule schedule, double t) {
        return to(NOISE, schedule, t);
    }

    /** Returns the map to the prediction of the score. */
    public Affine toScore(NoiseSchedule schedule, double t) {
        return to(SCORE, schedule, t);
    }

    /** Returns the map to the prediction of the velocity {@code dx/dt}. */
    public Affine toVelocity(NoiseSchedule schedule, double t) {
        return to(VELOCITY, schedule, t);
    }

    /** Returns the map to Salimans and Ho's v. */
    public Affine toVPrediction(NoiseSchedule schedule, double t) {
        return to(V_PREDICTION, schedule, t);
    }
}

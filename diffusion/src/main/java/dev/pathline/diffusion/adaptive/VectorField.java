package dev.pathline.diffusion.adaptive;

/** The right-hand side of an ordinary differential equation, {@code dx/dt = f(x, t)}, in float64. */
@FunctionalInterface
public interface VectorField {

    /** Returns {@code f(x, t)}, a new array of the length of {@code x}, which is not changed. */
    double[] at(double[] x, double t);
}

package dev.pathline.diffusion.prediction;

/**
 * The map {@code value = x*X + output*F} from a noisy point {@code X} and a network's output {@code F} to another
 * quantity, element by element.
 *
 * @param x weight of the noisy point
 * @param output weight of the output
 */
public record Affine(
        double x,
        double output) {

    /** The map that returns the output itself. */
    public static final Affine OUTPUT = new Affine(0, 1);

    /** Returns the map that applies {@code first} to {@code (X, F)} and then this map to {@code (X, result)}. */
    public Affine after(Affine first) {
        return new Affine(x + output * first.x, output * first.output);
    }

    /** Returns the value for one element. */
    public double apply(double point, double value) {
        return x * point + output * value;
    }
}

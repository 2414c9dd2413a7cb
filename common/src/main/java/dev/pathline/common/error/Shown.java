package dev.pathline.common.error;

/** What others have sent, as far as a message shows it. */
public final class Shown {

    private Shown() {}

    /** Returns a text, or its beginning where it has more characters than {@code most}. */
    public static String start(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "..." : text;
    }
}

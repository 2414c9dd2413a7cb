/** The face that OpenAI's clients know: images of a prompt, and the models. */
@NullMarked
package dev.pathline.api.openai;

import org.jspecify.annotations.NullMarked;

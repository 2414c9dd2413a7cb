/** What the OpenAPI document cannot know from the types alone. */
@NullMarked
package dev.pathline.api.docs;

import org.jspecify.annotations.NullMarked;

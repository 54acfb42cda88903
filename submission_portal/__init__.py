"""The portal of the providers: a curriculum is submitted, screened, followed and answered for."""

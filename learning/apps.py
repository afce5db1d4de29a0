from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"

    def ready(self) -> None:
        from accounts import personal_data
        from learning.personal import erase, export

        personal_data.register("learning", export=export, erase=erase)

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "learning"

    def ready(self) -> None:
        from accounts.personal_data import Keeper, keepers
        from learning.personal_data import erase, export

        keepers.register(Keeper("learning", export=export, erase=erase))

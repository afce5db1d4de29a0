from django.core.management.base import BaseCommand

from courses.services import ratings


class Command(BaseCommand):
    help = "Count the ratings of all courses again from their reviews. Repairs what two versions at once miscounted."

    def handle(self, **options: object) -> None:
        self.stdout.write(f"The ratings of {ratings.recount_all()} courses are counted.")

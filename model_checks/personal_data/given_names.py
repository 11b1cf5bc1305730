"""Given names that are common in many countries and rarely mean anything else."""

from __future__ import annotations

GIVEN_NAMES = frozenset(
    {
        "aaliyah", "abdul", "ahmed", "aisha", "alejandro", "alexander", "ali", "alice", "amanda", "amelia", "ana",
        "andrea", "andreas", "andrew", "anna", "anne", "anthony", "antonio", "arjun", "barbara", "benjamin",
        "bjorn", "brian", "carlos", "carmen", "charles", "charlotte", "chen", "christian", "christine",
        "christopher", "daniel", "david", "deborah", "diego", "dmitri", "edward", "elena", "elizabeth", "emily",
        "emma", "eric", "erik", "ethan", "fatima", "fernando", "francesco", "francois", "frank", "gabriel",
        "george", "giulia", "giuseppe", "hannah", "hans", "hassan", "helen", "henry", "hiroshi", "ibrahim",
        "ines", "ingrid", "isabella", "ivan", "jacob", "james", "jan", "jean", "jennifer", "jessica", "joao",
        "john", "jonas", "jose", "joseph", "joshua", "juan", "julia", "karen", "karl", "katarzyna", "kenji",
        "kevin", "klaus", "laura", "lars", "leila", "linda", "lisa", "lucas", "luis", "lukas", "margaret",
        "maria", "marie", "mark", "martin", "mary", "matthew", "mehmet", "mia", "michael", "michelle", "mohamed",
        "mohammed", "muhammad", "nancy", "nicolas", "noah", "olga", "oliver", "olivia", "omar", "pablo",
        "patricia", "paul", "paulo", "pedro", "peter", "philip", "pierre", "piotr", "priya", "rachel", "rahul",
        "raj", "rebecca", "richard", "robert", "ronald", "ryan", "samuel", "sandra", "sarah", "sergei", "sofia",
        "sophie", "stefan", "stephen", "steven", "susan", "thomas", "timothy", "ursula", "victor", "wei",
        "william", "wolfgang", "yuki", "yusuf", "zainab",
    }
)  # fmt: skip
